// SPDX-License-Identifier: Apache-2.0
#include "data/augment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

#include "data/chip_filters.h"
#include "image/paint.h"
#include "image/resize.h"
#include "image/warp.h"

namespace mien {
namespace {

constexpr float kBaseSide = 112.0F;

/// Below this, interpolation between neighbours drops pixels.
constexpr float kMinBilinearScale = 0.7F;

/// The map that does `second` after `first`.
Affine Compose(const Affine& second, const Affine& first) {
  const auto& a = second.m;
  const auto& b = first.m;
  return {{a[0] * b[0] + a[1] * b[3],
           a[0] * b[1] + a[1] * b[4],
           a[0] * b[2] + a[1] * b[5] + a[2],
           a[3] * b[0] + a[4] * b[3],
           a[3] * b[1] + a[4] * b[4],
           a[3] * b[2] + a[4] * b[5] + a[5]}};
}

/// The map of a chip of `side` pixels onto itself that moves it as drawn:
/// turned and scaled around the middle, shifted, then mirrored.
Affine MoveMap(const Augmentation& drawn, int side) {
  const auto s = static_cast<float>(side);
  const float angle = drawn.rotate_deg * std::numbers::pi_v<float> / 180;
  const float c = drawn.scale * std::cos(angle);
  const float d = drawn.scale * std::sin(angle);
  const float x = s / 2 + drawn.shift_px.x * s / kBaseSide;
  const float y = s / 2 + drawn.shift_px.y * s / kBaseSide;
  const Affine turned = {
      {c, -d, x - (c - d) * s / 2, d, c, y - (d + c) * s / 2}};
  return drawn.flip ? Compose({{-1, 0, s, 0, 1, 0}}, turned) : turned;
}

/// `stored` mapped into a chip, averaged first when it shrinks a lot.
Image Warp(const Image& stored, const Affine& chip_from_stored, int side) {
  const auto& m = chip_from_stored.m;
  const float scale = std::sqrt(std::abs(m[0] * m[4] - m[1] * m[3]));
  if (scale >= kMinBilinearScale) {
    return WarpAffine(stored, chip_from_stored, side, side);
  }
  const int small_side =
      std::max(1,
               static_cast<int>(
                   std::lround(scale * static_cast<float>(stored.width()))));
  const float grow =
      static_cast<float>(stored.width()) / static_cast<float>(small_side);
  return WarpAffine(ResizeArea(stored, WholeOf(stored), small_side, small_side),
                    Compose(chip_from_stored, {{grow, 0, 0, 0, grow, 0}}),
                    side,
                    side);
}

Color ColorOf(const Occlusion& occlusion) {
  return {occlusion.red, occlusion.green, occlusion.blue, 255};
}

void PaintRectangle(Image& chip, const Occlusion& rectangle) {
  const auto s = static_cast<float>(chip.width());
  const Box& box = rectangle.box;
  FillBox(chip,
          {box.x0 * s, box.y0 * s, box.x1 * s, box.y1 * s},
          ColorOf(rectangle));
}

/// Covers the face from `mask.box.y0` (a share of the side) down to the chin by
/// a shape that is convex and clockwise.
void PaintMask(Image& chip,
               const Occlusion& mask,
               const Affine& chip_from_straight) {
  const float top = mask.box.y0;
  const std::array<Point, 7> shares = {{{0.13F, top + 0.03F},
                                        {0.5F, top - 0.03F},
                                        {0.87F, top + 0.03F},
                                        {0.83F, 0.88F},
                                        {0.62F, 1.04F},
                                        {0.38F, 1.04F},
                                        {0.17F, 0.88F}}};
  const auto s = static_cast<float>(chip.width());
  std::array<Point, shares.size()> corners;
  float turn = 0.0F;  // twice the area, below 0 when the map mirrors
  for (std::size_t i = 0; i < shares.size(); ++i) {
    corners[i] = chip_from_straight.Apply({shares[i].x * s, shares[i].y * s});
  }
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const Point a = corners[i];
    const Point b = corners[(i + 1) % corners.size()];
    turn += a.x * b.y - b.x * a.y;
  }
  const float sign = turn < 0 ? -1.0F : 1.0F;
  PaintShape(chip, {0, 0, s, s}, ColorOf(mask), [&](Point p) {
    float outside = -std::numeric_limits<float>::max();
    for (std::size_t i = 0; i < corners.size(); ++i) {
      const Point a = corners[i];
      const Point b = corners[(i + 1) % corners.size()];
      const float dx = b.x - a.x;
      const float dy = b.y - a.y;
      const float side = (dy * (p.x - a.x) - dx * (p.y - a.y)) * sign;
      outside = std::max(outside, side / std::hypot(dx, dy));
    }
    return outside;
  });
}

}  // namespace

Image ApplyAugmentation(const Image& stored,
                        const ChipGeometry& geometry,
                        int network_px,
                        const Augmentation& augmentation) {
  const Affine moved = MoveMap(augmentation, network_px);
  Image chip = Warp(stored,
                    Compose(moved, NetworkFromChip(geometry, network_px)),
                    network_px);
  const float per_px = static_cast<float>(network_px) / kBaseSide;
  if (augmentation.mask) {
    PaintMask(chip, *augmentation.mask, moved);
  }
  if (augmentation.rectangle) {
    PaintRectangle(chip, *augmentation.rectangle);
  }
  if (augmentation.brightness != 0 || augmentation.contrast != 1 ||
      augmentation.saturation != 1) {
    ChangeColor(chip,
                augmentation.brightness,
                augmentation.contrast,
                augmentation.saturation);
  }
  if (augmentation.blur_sigma_px > 0) {
    chip = GaussianBlur(
        chip, std::min(augmentation.blur_sigma_px * per_px, kMaxBlurSigma));
  }
  if (augmentation.resolution_px > 0) {
    chip = ReduceResolution(
        chip,
        static_cast<int>(std::lround(augmentation.resolution_px * per_px)));
  }
  if (augmentation.jpeg_quality > 0) {
    chip = CompressAgain(chip, augmentation.jpeg_quality);
  }
  return chip;
}

Image Augment(const Image& stored,
              const ChipGeometry& geometry,
              int network_px,
              const AugmentOptions& options,
              const AugmentKey& key) {
  return ApplyAugmentation(
      stored, geometry, network_px, DrawAugmentation(options, key));
}

}  // namespace mien
