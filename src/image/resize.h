// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mien/image.h"
#include "mien/model.h"

namespace mien {

// The image module reads, writes, resizes, warps and draws on pictures. It may
// use core only.

/// Whole pixels of a picture, half open: [x0, x1) x [y0, y1).
struct PixelRect {
  int x0 = 0;
  int y0 = 0;
  int x1 = 0;
  int y1 = 0;

  [[nodiscard]] int width() const { return x1 - x0; }

  [[nodiscard]] int height() const { return y1 - y0; }

  friend bool operator==(const PixelRect&, const PixelRect&) = default;
};

/// All pixels of `image`.
inline PixelRect WholeOf(const Image& image) {
  return {0, 0, image.width(), image.height()};
}

/// `rect` without what lies outside of `image`; empty (width or height <= 0)
/// when nothing is left.
PixelRect ClipTo(const Image& image, const PixelRect& rect);

/// Where planar floats go: channel c of pixel (x, y) is
/// data[c * plane_stride + y * row_stride + x]. Strides count floats.
struct PlanarView {
  float* data = nullptr;
  std::ptrdiff_t row_stride = 0;
  std::ptrdiff_t plane_stride = 0;
};

/// A view of a dense [3, height, width] tensor at `data`.
inline PlanarView DensePlanes(float* data, int width, int height) {
  return {data, width, static_cast<std::ptrdiff_t>(width) * height};
}

/// Averages `crop` of `image` down (or repeats it up) to `out_width` x
/// `out_height` pixels by the rule of torch's interpolate(mode="area"), which
/// is adaptive average pooling: output i of n covers the inputs
/// [floor(i * in / n), ceil((i + 1) * in / n)), each with the same weight, so
/// neighbouring outputs may share an input. Averages round to the nearest
/// level, halves up.
///
/// `crop` must lie inside of `image` and not be empty; output sides >= 1.
///
/// Thread safety: may run concurrently.
Image ResizeArea(const Image& image,
                 const PixelRect& crop,
                 int out_width,
                 int out_height);

/// ResizeArea() into planar floats (average - mean) * scale, the averages not
/// rounded: what MTCNN's nets read. Plane 0 is red. Allocates one row of sums.
void ResizeAreaToPlanar(const Image& image,
                        const PixelRect& crop,
                        int out_width,
                        int out_height,
                        float mean,
                        float scale,
                        const PlanarView& out);

/// Bilinear interpolation between the four nearest pixel centres, the border
/// repeated, like cv2.resize with INTER_LINEAR (within one level): no
/// averaging, so shrinking below one half drops pixels.
///
/// `crop` must lie inside of `image` and not be empty; output sides >= 1.
Image ResizeBilinear(const Image& image,
                     const PixelRect& crop,
                     int out_width,
                     int out_height);

/// Like PIL's Image.crop(crop).resize(size, BILINEAR): a triangle filter that
/// widens with the scale when shrinking, horizontal pass first, 8-bit between
/// the passes. Equal to PIL to the level.
///
/// `crop` must lie inside of `image` and not be empty; output sides >= 1.
Image ResizeBilinearAntialias(const Image& image,
                              const PixelRect& crop,
                              int out_width,
                              int out_height);

/// How 8-bit levels become a network's input: (level - mean) / deviation.
/// Entries belong to red, green, blue, whatever `order` is.
struct PlanarNormalization {
  std::array<float, 3> mean = {0.0F, 0.0F, 0.0F};
  std::array<float, 3> deviation = {1.0F, 1.0F, 1.0F};
  ColorOrder order = ColorOrder::kRgb;
};

/// `image` as planar floats at its own size.
void ToPlanar(const Image& image,
              const PlanarNormalization& normalization,
              const PlanarView& out);

/// What FitToPlanar() did: picture position (x, y) lies at
/// (x * scale_x, y * scale_y) in the canvas.
struct FitScale {
  float scale_x = 1.0F;
  float scale_y = 1.0F;
};

/// How a picture meets a network's fixed input size.
enum class FitMode : std::uint8_t {
  kLetterbox,  ///< keep the aspect, fill right and bottom with level 0
  kStretch,    ///< fill the canvas, each axis with its own scale
};

/// Resizes the whole of `image` (bilinear when growing or shrinking by less
/// than two, area below) into a canvas of `width` x `height`, its top-left
/// corner in the canvas' top-left corner.
FitScale FitToPlanar(const Image& image,
                     int width,
                     int height,
                     FitMode mode,
                     const PlanarNormalization& normalization,
                     const PlanarView& out);

}  // namespace mien
