// SPDX-License-Identifier: Apache-2.0
#include "detect/second_look.h"

#include <algorithm>
#include <cmath>

#include "detect/overlap.h"

namespace mien {

SecondLook PlanSecondLook(const Image& image, const Box& face) {
  const float size = std::sqrt(face.area());
  const float scale = kSecondLookFacePx / size;
  const float half = 0.5F * static_cast<float>(kSecondLookSidePx) / scale;
  const float x = 0.5F * (face.x0 + face.x1);
  const float y = 0.5F * (face.y0 + face.y1);
  const auto pixel = [](float v) { return static_cast<int>(std::lround(v)); };
  SecondLook look;
  look.part = ClipTo(
      image,
      {pixel(x - half), pixel(y - half), pixel(x + half), pixel(y + half)});
  const auto shrink = [scale](int extent) {
    return std::clamp(
        static_cast<int>(std::lround(static_cast<float>(extent) * scale)),
        1,
        kSecondLookSidePx);
  };
  look.width = shrink(look.part.width());
  look.height = shrink(look.part.height());
  return look;
}

void TakeLandmarks(std::span<const Detection> found,
                   const SecondLook& look,
                   Detection& face) {
  const float x_scale =
      static_cast<float>(look.part.width()) / static_cast<float>(look.width);
  const float y_scale =
      static_cast<float>(look.part.height()) / static_cast<float>(look.height);
  const auto in_picture = [&](Point p) {
    return Point{static_cast<float>(look.part.x0) + p.x * x_scale,
                 static_cast<float>(look.part.y0) + p.y * y_scale};
  };
  float best = 0.5F;
  for (const Detection& again : found) {
    const Point low = in_picture({again.box.x0, again.box.y0});
    const Point high = in_picture({again.box.x1, again.box.y1});
    const float overlap = Iou({low.x, low.y, high.x, high.y}, face.box);
    if (overlap > best) {
      best = overlap;
      std::ranges::transform(
          again.landmarks, face.landmarks.begin(), in_picture);
    }
  }
}

}  // namespace mien
