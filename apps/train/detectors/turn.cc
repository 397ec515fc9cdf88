// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/turn.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "image/resize.h"
#include "image/warp.h"

namespace mien::train {
namespace {

struct Angle {
  explicit Angle(float degrees)
      : cosine(std::cos(degrees * std::numbers::pi_v<float> / 180)),
        sine(std::sin(degrees * std::numbers::pi_v<float> / 180)) {}

  float cosine;
  float sine;
};

int Scaled(int extent, float scale) {
  const float scaled = static_cast<float>(extent) * scale;
  return std::max(1, static_cast<int>(std::lround(scaled)));
}

/// The `px` x `px` pixels that `map`, which scales by `scale`, makes of
/// `image`; shrunk first when bilinear values would overlook some of its
/// pixels.
Image WarpSquare(const Image& image, const Affine& map, float scale, int px) {
  constexpr float kOverlooks = 0.5F;
  if (scale >= kOverlooks) {
    return WarpAffine(image, map, px, px);
  }
  const int width = Scaled(image.width(), scale);
  const int height = Scaled(image.height(), scale);
  const Image small =
      ResizeArea(image, {0, 0, image.width(), image.height()}, width, height);
  const float x = static_cast<float>(image.width()) / static_cast<float>(width);
  const float y =
      static_cast<float>(image.height()) / static_cast<float>(height);
  const auto& m = map.m;
  return WarpAffine(
      small, {{m[0] * x, m[1] * y, m[2], m[3] * x, m[4] * y, m[5]}}, px, px);
}

}  // namespace

Point TurnPoint(const Turn& turn, Point point) {
  const Angle angle(turn.degrees);
  const float x = point.x - turn.pivot.x;
  const float y = point.y - turn.pivot.y;
  return {turn.pivot.x + angle.cosine * x - angle.sine * y,
          turn.pivot.y + angle.sine * x + angle.cosine * y};
}

Box TurnBox(const Turn& turn, const Box& box) {
  const Angle angle(turn.degrees);
  const Point center =
      TurnPoint(turn, {0.5F * (box.x0 + box.x1), 0.5F * (box.y0 + box.y1)});
  const float x =
      0.5F * std::hypot(box.width() * angle.cosine, box.height() * angle.sine);
  const float y =
      0.5F * std::hypot(box.width() * angle.sine, box.height() * angle.cosine);
  return {center.x - x, center.y - y, center.x + x, center.y + y};
}

AnnotatedFace TurnFace(const Turn& turn, const AnnotatedFace& face) {
  AnnotatedFace turned = face;
  turned.box = TurnBox(turn, face.box);
  if (turned.landmarks) {
    for (Point& point : *turned.landmarks) {
      point = TurnPoint(turn, point);
    }
  }
  return turned;
}

Image CutTurned(const Image& image,
                const Turn& turn,
                Point corner,
                float side,
                int out_px) {
  const float scale = static_cast<float>(out_px) / side;
  const Angle angle(turn.degrees);
  const float c = scale * angle.cosine;
  const float s = scale * angle.sine;
  const Point p = turn.pivot;
  const Affine map = {{c,
                       -s,
                       (p.x - corner.x) * scale - c * p.x + s * p.y,
                       s,
                       c,
                       (p.y - corner.y) * scale - s * p.x - c * p.y}};
  return WarpSquare(image, map, scale, out_px);
}

}  // namespace mien::train
