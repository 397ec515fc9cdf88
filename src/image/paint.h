// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>

#include "image/draw.h"

namespace mien {

/// Blends `color` over `pixel`, covered by `coverage` in [0, 1].
inline void BlendPixel(std::uint8_t* pixel,
                       const Color& color,
                       float coverage) {
  const int alpha =
      static_cast<int>(std::lround(coverage * static_cast<float>(color.alpha)));
  const std::uint8_t levels[3] = {color.red, color.green, color.blue};
  for (int c = 0; c < 3; ++c) {
    pixel[c] = static_cast<std::uint8_t>(
        (pixel[c] * (255 - alpha) + levels[c] * alpha + 127) / 255);
  }
}

/// Whole pixels from the first to one past the last that [low, high) touches,
/// inside of [0, size).
inline int FirstPixel(float low, int size) {
  return static_cast<int>(
      std::clamp(std::floor(low), 0.0F, static_cast<float>(size)));
}

inline int EndPixel(float high, int size) {
  return static_cast<int>(
      std::clamp(std::ceil(high), 0.0F, static_cast<float>(size)));
}

/// Paints every pixel inside of `bounds` by the signed distance of its centre
/// from a shape's edge, in pixels and negative inside: covered from -1/2 on,
/// bare from +1/2 on, and in between in between.
template <typename Distance>
void PaintShape(Image& image,
                const Box& bounds,
                const Color& color,
                const Distance& distance) {
  const int x_end = EndPixel(bounds.x1, image.width());
  const int y_end = EndPixel(bounds.y1, image.height());
  const int x_first = FirstPixel(bounds.x0, image.width());
  for (int y = FirstPixel(bounds.y0, image.height()); y < y_end; ++y) {
    std::uint8_t* row = image.row(y);
    for (int x = x_first; x < x_end; ++x) {
      const Point centre = {static_cast<float>(x) + 0.5F,
                            static_cast<float>(y) + 0.5F};
      const float coverage = std::clamp(0.5F - distance(centre), 0.0F, 1.0F);
      if (coverage > 0.0F) {
        BlendPixel(row + std::ptrdiff_t{3} * x, color, coverage);
      }
    }
  }
}

/// `box` grown by `by` pixels on each side.
inline Box Grown(const Box& box, float by) {
  return {box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by};
}

/// Distance of `p` from the line between `a` and `b`.
inline float DistanceToLine(Point p, Point a, Point b) {
  const float dx = b.x - a.x;
  const float dy = b.y - a.y;
  const float length_squared = dx * dx + dy * dy;
  const float along =
      length_squared == 0.0F
          ? 0.0F
          : std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length_squared,
                       0.0F,
                       1.0F);
  return std::hypot(p.x - a.x - along * dx, p.y - a.y - along * dy);
}

}  // namespace mien
