// SPDX-License-Identifier: Apache-2.0
//
// Moving elements about: transposes, slices, tiles, pads and nearest-neighbour
// enlargements all are one copy in which each axis of the result says where it
// reads.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/tensor.h"
#include "runtime/reference/operands.h"

namespace mien::reference {

/// For each index along one axis of the result, the distance in elements that
/// it adds in the source; kOutside where there is no source.
using AxisOffsets = std::vector<std::int64_t>;

inline constexpr std::int64_t kOutside = -1;

/// A tensor whose extents are the lengths of `axes`, with
/// result[i, j, ...] = source[axes[0][i] + axes[1][j] + ...], and `fill` (one
/// element's bytes; zeros when empty) wherever an axis says kOutside. The
/// offsets must lie within the source.
///
/// Errors:
/// - kCorruptModel: more elements than the options of `op` allow.
Result<Tensor> CopyByOffsets(const Operands& op,
                             const Tensor& source,
                             const std::vector<AxisOffsets>& axes,
                             std::span<const std::byte> fill = {});

/// Offsets that leave every axis of `shape` as it is.
std::vector<AxisOffsets> IdentityOffsets(const Shape& shape);

/// `count` offsets: start, start + step, ...
AxisOffsets RangeOffsets(std::int64_t start,
                         std::int64_t step,
                         std::int64_t count);

}  // namespace mien::reference
