// SPDX-License-Identifier: Apache-2.0
#include "align/templates.h"

namespace mien {
namespace {

constexpr int kBaseSide = 112;
constexpr int kWideSide = 128;

}  // namespace

Landmarks ArcFaceTemplate(int width, int height) {
  const bool wide = height % kWideSide == 0 && height % kBaseSide != 0;
  const float scale = static_cast<float>(height) /
                      static_cast<float>(wide ? kWideSide : kBaseSide);
  const float shift =
      (static_cast<float>(width) - scale * static_cast<float>(kBaseSide)) / 2;
  Landmarks points = kArcFace112;
  for (Point& p : points) {
    p = {p.x * scale + shift, p.y * scale};
  }
  return points;
}

}  // namespace mien
