// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "mien/image.h"

namespace mien {

/// Quarter turns, clockwise.
enum class Rotation : std::uint8_t { k0, k90, k180, k270 };

/// `image` turned clockwise.
Image Rotate(const Image& image, Rotation rotation);

/// `image` mirrored left to right.
Image FlipHorizontal(const Image& image);

/// `image` with its rows and columns exchanged: output (x, y) is input (y, x).
Image Transpose(const Image& image);

/// Upright picture from one stored with EXIF orientation `orientation`, 1 to 8
/// (EXIF 2.32, tag 0x0112); any other value means 1, upright.
Image ApplyOrientation(Image image, int orientation);

/// Pixels to add on each side, each >= 0.
struct Border {
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;
};

/// `image` with black pixels around it: input (x, y) comes to
/// (x + left, y + top).
Image PadBorder(const Image& image, const Border& border);

}  // namespace mien
