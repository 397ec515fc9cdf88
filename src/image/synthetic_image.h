// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "mien/image.h"

namespace mien {

// Pictures for tests and benchmarks, the same on every machine.

/// Independent levels from a linear congruential generator.
inline Image NoiseImage(int width, int height, std::uint32_t seed) {
  Image image(width, height);
  std::uint32_t state = seed;
  for (std::uint8_t& level : image.pixels()) {
    state = state * 1664525U + 1013904223U;  // Numerical Recipes, section 7.1
    level = static_cast<std::uint8_t>(state >> 24U);
  }
  return image;
}

/// Smooth waves of a few pixels, different in each channel: survives JPEG.
inline Image WavesImage(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    std::uint8_t* pixel = image.row(y);
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const double wave = std::sin(0.11 * x + c) * std::cos(0.07 * y - c);
        *pixel++ = static_cast<std::uint8_t>(std::lround(127.5 + 120 * wave));
      }
    }
  }
  return image;
}

}  // namespace mien
