// SPDX-License-Identifier: Apache-2.0
#include "image/draw.h"

#include <algorithm>
#include <cmath>

#include "image/paint.h"

namespace mien {
namespace {

/// Signed distance of `p` from the edge of `box` with round corners.
float DistanceToBox(Point p, const Box& box, float radius) {
  const float middle_x = (box.x0 + box.x1) / 2;
  const float middle_y = (box.y0 + box.y1) / 2;
  const float beyond_x = std::abs(p.x - middle_x) - box.width() / 2 + radius;
  const float beyond_y = std::abs(p.y - middle_y) - box.height() / 2 + radius;
  const float outside =
      std::hypot(std::max(beyond_x, 0.0F), std::max(beyond_y, 0.0F));
  const float inside = std::min(std::max(beyond_x, beyond_y), 0.0F);
  return outside + inside - radius;
}

/// The largest radius that fits into `box`, at most `radius`.
float FittingRadius(const Box& box, float radius) {
  return std::min({radius, box.width() / 2, box.height() / 2});
}

}  // namespace

void FillBox(Image& image, const Box& box, const Color& color, float radius) {
  if (box.area() <= 0) {
    return;
  }
  const float fitting = FittingRadius(box, radius);
  PaintShape(image, box, color, [&](Point p) {
    return DistanceToBox(p, box, fitting);
  });
}

void DrawBox(Image& image,
             const Box& box,
             const Color& color,
             float thickness,
             float radius) {
  if (box.area() <= 0) {
    return;
  }
  const float fitting = FittingRadius(box, radius);
  PaintShape(image, Grown(box, thickness / 2 + 1), color, [&](Point p) {
    return std::abs(DistanceToBox(p, box, fitting)) - thickness / 2;
  });
}

void DrawDot(Image& image, Point centre, float radius, const Color& color) {
  const Box middle = {centre.x, centre.y, centre.x, centre.y};
  PaintShape(image, Grown(middle, radius + 1), color, [&](Point p) {
    return std::hypot(p.x - centre.x, p.y - centre.y) - radius;
  });
}

void DrawLine(
    Image& image, Point from, Point to, const Color& color, float thickness) {
  const Box line = {std::min(from.x, to.x),
                    std::min(from.y, to.y),
                    std::max(from.x, to.x),
                    std::max(from.y, to.y)};
  PaintShape(image, Grown(line, thickness / 2 + 1), color, [&](Point p) {
    return DistanceToLine(p, from, to) - thickness / 2;
  });
}

void Blit(Image& image, const Image& picture, int x, int y) {
  const int x_first = std::max(0, -x);
  const int x_end = std::min(picture.width(), image.width() - x);
  const int y_end = std::min(picture.height(), image.height() - y);
  if (x_first >= x_end) {
    return;
  }
  for (int row = std::max(0, -y); row < y_end; ++row) {
    std::copy_n(picture.row(row) + std::ptrdiff_t{3} * x_first,
                std::ptrdiff_t{3} * (x_end - x_first),
                image.row(y + row) + std::ptrdiff_t{3} * (x + x_first));
  }
}

}  // namespace mien
