// SPDX-License-Identifier: Apache-2.0
#include "image/rotate.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/check.h"

namespace mien {
namespace {

/// Side of the square that is transposed at once: 32 rows of 96 bytes stay in
/// the first-level cache.
constexpr int kTile = 32;

void CopyPixel(const std::uint8_t* from, std::uint8_t* to) {
  to[0] = from[0];
  to[1] = from[1];
  to[2] = from[2];
}

Image FlipVertical(const Image& image) {
  Image out(image.width(), image.height());
  for (int y = 0; y < image.height(); ++y) {
    std::copy_n(
        image.row(y), image.stride_bytes(), out.row(image.height() - 1 - y));
  }
  return out;
}

}  // namespace

Image FlipHorizontal(const Image& image) {
  Image out(image.width(), image.height());
  for (int y = 0; y < image.height(); ++y) {
    const std::uint8_t* from = image.row(y);
    std::uint8_t* to = out.row(y) + out.stride_bytes();
    for (int x = 0; x < image.width(); ++x, from += 3) {
      to -= 3;
      CopyPixel(from, to);
    }
  }
  return out;
}

Image Transpose(const Image& image) {
  Image out(image.height(), image.width());
  for (int y0 = 0; y0 < image.height(); y0 += kTile) {
    for (int x0 = 0; x0 < image.width(); x0 += kTile) {
      const int y1 = std::min(y0 + kTile, image.height());
      const int x1 = std::min(x0 + kTile, image.width());
      for (int y = y0; y < y1; ++y) {
        for (int x = x0; x < x1; ++x) {
          CopyPixel(image.row(y) + std::ptrdiff_t{3} * x,
                    out.row(x) + std::ptrdiff_t{3} * y);
        }
      }
    }
  }
  return out;
}

Image Rotate(const Image& image, Rotation rotation) {
  switch (rotation) {
    case Rotation::k0:
      return image;
    case Rotation::k90:
      return FlipHorizontal(Transpose(image));
    case Rotation::k180:
      return FlipVertical(FlipHorizontal(image));
    case Rotation::k270:
      return FlipVertical(Transpose(image));
  }
  return image;
}

Image ApplyOrientation(Image image, int orientation) {
  // EXIF 2.32 gives the visual sides of row 0 and column 0: 1 top-left, 2
  // top-right, 3 bottom-right, 4 bottom-left, 5 left-top, 6 right-top, 7
  // right-bottom, 8 left-bottom.
  switch (orientation) {
    case 2:
      return FlipHorizontal(image);
    case 3:
      return Rotate(image, Rotation::k180);
    case 4:
      return FlipVertical(image);
    case 5:
      return Transpose(image);
    case 6:
      return Rotate(image, Rotation::k90);
    case 7:
      return Rotate(Transpose(image), Rotation::k180);
    case 8:
      return Rotate(image, Rotation::k270);
    default:
      return image;
  }
}

Image PadBorder(const Image& image, const Border& border) {
  MIEN_CHECK(border.left >= 0 && border.top >= 0 && border.right >= 0 &&
             border.bottom >= 0);
  Image out(image.width() + border.left + border.right,
            image.height() + border.top + border.bottom);
  for (int y = 0; y < image.height(); ++y) {
    std::copy_n(image.row(y),
                image.stride_bytes(),
                out.row(y + border.top) + std::ptrdiff_t{3} * border.left);
  }
  return out;
}

}  // namespace mien
