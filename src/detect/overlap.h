// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "mien/geometry.h"

namespace mien {

/// What two boxes share; without area when they share nothing.
inline Box Intersection(const Box& a, const Box& b) {
  return {std::max(a.x0, b.x0),
          std::max(a.y0, b.y0),
          std::min(a.x1, b.x1),
          std::min(a.y1, b.y1)};
}

/// Area shared by two boxes over the area that they cover together, in [0, 1].
inline float Iou(const Box& a, const Box& b) {
  const float shared = Intersection(a, b).area();
  return shared > 0 ? shared / (a.area() + b.area() - shared) : 0.0F;
}

/// The share of `part` that lies in `whole`, in [0, 1].
inline float ShareInside(const Box& part, const Box& whole) {
  const float shared = Intersection(part, whole).area();
  return shared > 0 ? shared / part.area() : 0.0F;
}

}  // namespace mien
