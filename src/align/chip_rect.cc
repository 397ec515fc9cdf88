// SPDX-License-Identifier: Apache-2.0
#include "align/chip_rect.h"

#include <algorithm>

namespace mien {
namespace {

// CompreFace 1.2, facenet plugin, to four digits.
constexpr float kCompreFaceLeft = 0.2126F;
constexpr float kCompreFaceRight = 0.2231F;
constexpr float kCompreFaceTop = 0.1053F;
constexpr float kCompreFaceBottom = 0.0987F;

int CutWithin(float value, int limit) {
  return static_cast<int>(std::clamp(value, 0.0F, static_cast<float>(limit)));
}

}  // namespace

PixelRect FacenetMarginRect(
    const Box& box, float margin_px, int chip_px, int width, int height) {
  const float share = margin_px / (static_cast<float>(chip_px) - margin_px) / 2;
  const float dx = share * box.width();
  const float dy = share * box.height();
  return {CutWithin(box.x0 - dx, width),
          CutWithin(box.y0 - dy, height),
          CutWithin(box.x1 + dx, width),
          CutWithin(box.y1 + dy, height)};
}

PixelRect DavidSandbergMarginRect(const Box& box,
                                  float margin_px,
                                  int width,
                                  int height) {
  const float half = margin_px / 2;
  return {CutWithin(box.x0 - half, width),
          CutWithin(box.y0 - half, height),
          CutWithin(box.x1 + half, width),
          CutWithin(box.y1 + half, height)};
}

PixelRect CompreFaceRect(const Box& box, int width, int height) {
  return {CutWithin(box.x0 - kCompreFaceLeft * box.width(), width),
          CutWithin(box.y0 - kCompreFaceTop * box.height(), height),
          CutWithin(box.x1 + kCompreFaceRight * box.width(), width),
          CutWithin(box.y1 + kCompreFaceBottom * box.height(), height)};
}

}  // namespace mien
