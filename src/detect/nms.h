// SPDX-License-Identifier: Apache-2.0
//
// Greedy non-maximum suppression. Depends on core only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mien/geometry.h"

namespace mien {

/// What the shared area of two boxes is divided by.
enum class OverlapMeasure : std::uint8_t {
  kUnion,  ///< the area that they cover together (Jaccard index)
  kMin,    ///< the smaller of the two
};

/// How a box's extent follows from its corners.
enum class BoxExtent : std::uint8_t {
  kHalfOpen,   ///< x1 - x0
  kInclusive,  ///< x1 - x0 + 1, corners being the first and last pixel
};

struct NmsOptions {
  /// A box is dropped when its overlap with a kept one is greater, in [0, 1].
  float max_overlap = 0.5F;

  OverlapMeasure measure = OverlapMeasure::kUnion;
  BoxExtent extent = BoxExtent::kHalfOpen;
};

/// Indices of the boxes that remain, highest score first: each kept box drops
/// those after it that overlap it too much. Of equal scores the earlier box
/// counts as higher.
///
/// `scores` has one entry a box. Quadratic in the number of boxes at worst.
std::vector<int> SuppressNonMaxima(std::span<const Box> boxes,
                                   std::span<const float> scores,
                                   const NmsOptions& options);

}  // namespace mien
