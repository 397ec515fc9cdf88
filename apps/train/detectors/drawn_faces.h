// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "image/synthetic_image.h"
#include "mien/image.h"
#include "train/detectors/annotations.h"
#include "train/detectors/picture_sets.h"
#include "train/detectors/random.h"

namespace mien::train {

// Pictures for tests that hold something like faces.

/// Paints the ellipse in `box`.
inline void PaintEllipse(const Box& box,
                         std::array<std::uint8_t, 3> color,
                         Image& image) {
  const float rx = 0.5F * box.width();
  const float ry = 0.5F * box.height();
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const float dx = (static_cast<float>(x) + 0.5F - box.x0 - rx) / rx;
      const float dy = (static_cast<float>(y) + 0.5F - box.y0 - ry) / ry;
      if (dx * dx + dy * dy <= 1) {
        std::ranges::copy(color, image.row(y) + 3 * x);
      }
    }
  }
}

/// A light ellipse with dark eyes and mouth in `box`, and where they are.
inline AnnotatedFace DrawFace(const Box& box, Image& image) {
  const auto at = [&](float x, float y) {
    return Point{box.x0 + x * box.width(), box.y0 + y * box.height()};
  };
  const auto dot = [&](Point p, float rx, float ry) {
    PaintEllipse({p.x - rx * box.width(),
                  p.y - ry * box.height(),
                  p.x + rx * box.width(),
                  p.y + ry * box.height()},
                 {40, 20, 20},
                 image);
  };
  PaintEllipse(box, {230, 190, 160}, image);
  const Landmarks landmarks = {at(0.3F, 0.4F),
                               at(0.7F, 0.4F),
                               at(0.5F, 0.6F),
                               at(0.35F, 0.8F),
                               at(0.65F, 0.8F)};
  dot(landmarks[0], 0.1F, 0.08F);
  dot(landmarks[1], 0.1F, 0.08F);
  dot(at(0.5F, 0.8F), 0.2F, 0.06F);
  return {.box = box, .landmarks = landmarks};
}

/// `count` pictures of `side` pixels with one face each of 0.3 to 0.6 sides,
/// before dim noise.
inline std::vector<LoadedPicture> DrawnFaces(int count, int side) {
  std::vector<LoadedPicture> pictures;
  for (int i = 0; i < count; ++i) {
    Random random(3, static_cast<std::uint64_t>(i));
    LoadedPicture picture;
    picture.image = NoiseImage(side, side, static_cast<std::uint32_t>(100 + i));
    for (std::uint8_t& level : picture.image.pixels()) {
      level = static_cast<std::uint8_t>(level / 3);
    }
    const auto s = static_cast<float>(side);
    const float face = s * random.Uniform(0.3F, 0.6F);
    const float x = random.Uniform(0, s - face);
    const float y = random.Uniform(0, s - face);
    picture.faces.push_back(
        DrawFace({x, y, x + face, y + face}, picture.image));
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

}  // namespace mien::train
