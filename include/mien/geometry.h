// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

namespace mien {

// Coordinates are float pixels: (0, 0) is the outer corner of the top-left
// pixel, (0.5, 0.5) its centre, x to the right, y down.

/// A point in pixels.
struct Point {
  float x = 0.0F;
  float y = 0.0F;

  friend bool operator==(const Point&, const Point&) = default;
};

/// Axis-parallel rectangle in pixels, half open: [x0, x1) x [y0, y1). May reach
/// past the border of its picture.
struct Box {
  float x0 = 0.0F;
  float y0 = 0.0F;
  float x1 = 0.0F;
  float y1 = 0.0F;

  [[nodiscard]] float width() const { return x1 - x0; }

  [[nodiscard]] float height() const { return y1 - y0; }

  /// Square pixels; 0 for an empty or inverted box.
  [[nodiscard]] float area() const {
    return x1 > x0 && y1 > y0 ? width() * height() : 0.0F;
  }

  friend bool operator==(const Box&, const Box&) = default;
};

/// Affine map of the plane, [2, 3] row-major:
///   x' = m[0] x + m[1] y + m[2]
///   y' = m[3] x + m[4] y + m[5]
struct Affine {
  std::array<float, 6> m = {1.0F, 0.0F, 0.0F, 0.0F, 1.0F, 0.0F};

  [[nodiscard]] Point Apply(Point p) const {
    return {m[0] * p.x + m[1] * p.y + m[2], m[3] * p.x + m[4] * p.y + m[5]};
  }
};

/// Left eye, right eye, nose tip, left and right mouth corner. Left and right
/// are the viewer's, not the subject's.
using Landmarks = std::array<Point, 5>;

}  // namespace mien
