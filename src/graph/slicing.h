// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "graph/tensor.h"
#include "mien/result.h"

namespace mien {

/// The elements start, start + step, ... of one axis, `count` of them, all
/// inside it.
struct SliceAxis {
  std::int64_t start = 0;
  std::int64_t step = 1;
  std::int64_t count = 0;
};

/// Index `axis`, which may be negative, as one of [0, rank).
///
/// Errors:
/// - kCorruptModel: "axis 4 is not in [-4, 3]".
Result<std::size_t> NormalizeAxis(std::int64_t axis, std::size_t rank);

/// What ONNX Slice takes of each axis of `shape`: negative and out-of-range
/// bounds are clamped as in NumPy. `axes` and `steps` may be empty (all axes;
/// step 1).
///
/// Errors:
/// - kCorruptModel: lists of different lengths, an axis out of range, twice the
///   same, a step of 0.
Result<std::vector<SliceAxis>> ResolveSlice(
    const Shape& shape,
    std::span<const std::int64_t> starts,
    std::span<const std::int64_t> ends,
    std::span<const std::int64_t> axes,
    std::span<const std::int64_t> steps);

}  // namespace mien
