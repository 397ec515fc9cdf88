// SPDX-License-Identifier: Apache-2.0
#include "detect/mtcnn_boxes.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace mien {
namespace {

// Cuts towards zero and keeps the answer within [low, high]; NaN gives low.
int TruncateWithin(float value, int low, int high) {
  if (!(value > static_cast<float>(low))) {
    return low;
  }
  return value < static_cast<float>(high) ? static_cast<int>(value) : high;
}

float Border(BoxExtent extent) {
  return extent == BoxExtent::kInclusive ? 1.0F : 0.0F;
}

}  // namespace

std::vector<PyramidLevel> PyramidLevels(int width,
                                        int height,
                                        int min_face_px,
                                        double factor) {
  std::vector<PyramidLevel> levels;
  double scale = static_cast<double>(kPnetCellPx) / min_face_px;
  double short_side = std::min(width, height) * scale;
  while (short_side >= kPnetCellPx) {
    levels.push_back({.scale = scale,
                      .width = static_cast<int>(width * scale + 1),
                      .height = static_cast<int>(height * scale + 1)});
    scale *= factor;
    short_side *= factor;
  }
  return levels;
}

Box CellBox(int x, int y, double scale) {
  const auto divisor = static_cast<float>(scale);
  const auto corner = [divisor](int cell, int offset) {
    return std::floor(static_cast<float>(kPnetStridePx * cell + offset) /
                      divisor);
  };
  return {corner(x, 1),
          corner(y, 1),
          corner(x, kPnetCellPx),
          corner(y, kPnetCellPx)};
}

Box ApplyRegression(const Box& box,
                    const std::array<float, 4>& offsets,
                    BoxExtent extent) {
  const float w = box.x1 - box.x0 + Border(extent);
  const float h = box.y1 - box.y0 + Border(extent);
  return {box.x0 + offsets[0] * w,
          box.y0 + offsets[1] * h,
          box.x1 + offsets[2] * w,
          box.y1 + offsets[3] * h};
}

Box SquareUp(const Box& box) {
  const float w = box.width();
  const float h = box.height();
  const float side = std::max(w, h);
  const float x0 = box.x0 + w * 0.5F - side * 0.5F;
  const float y0 = box.y0 + h * 0.5F - side * 0.5F;
  return {x0, y0, x0 + side, y0 + side};
}

PixelRect CropRect(const Box& box, int width, int height) {
  return {TruncateWithin(box.x0, 1, width + 1) - 1,
          TruncateWithin(box.y0, 1, height + 1) - 1,
          TruncateWithin(box.x1, 0, width),
          TruncateWithin(box.y1, 0, height)};
}

Landmarks LandmarksInPicture(const Box& box,
                             const std::array<float, 10>& points) {
  const float w = box.x1 - box.x0 + 1.0F;
  const float h = box.y1 - box.y0 + 1.0F;
  Landmarks landmarks;
  for (std::size_t i = 0; i < landmarks.size(); ++i) {
    landmarks[i] = {w * points[i] + box.x0 - 1.0F,
                    h * points[i + landmarks.size()] + box.y0 - 1.0F};
  }
  return landmarks;
}

}  // namespace mien
