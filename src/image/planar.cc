// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include "core/check.h"
#include "image/resize.h"

namespace mien {
namespace {

/// From this factor on, shrinking averages instead of interpolating.
constexpr double kAveragingFactor = 2.0;

/// `out` seen so that plane 0 is red: BGR planes are walked backwards.
PlanarView RedFirst(const PlanarView& out, ColorOrder order) {
  if (order == ColorOrder::kRgb) {
    return out;
  }
  return {out.data + 2 * out.plane_stride, out.row_stride, -out.plane_stride};
}

using LevelTable = std::array<float, 256>;

LevelTable TableOf(float mean, float deviation) {
  LevelTable table;
  for (std::size_t level = 0; level < table.size(); ++level) {
    table[level] = (static_cast<float>(level) - mean) / deviation;
  }
  return table;
}

void NormalizePlane(float* plane,
                    std::ptrdiff_t row_stride,
                    int width,
                    int height,
                    float mean,
                    float deviation) {
  for (int y = 0; y < height; ++y) {
    float* row = plane + y * row_stride;
    for (int x = 0; x < width; ++x) {
      row[x] = (row[x] - mean) / deviation;
    }
  }
}

/// Fills what lies right of and below the picture of `width` x `height`.
void FillRest(float* plane,
              std::ptrdiff_t row_stride,
              int width,
              int height,
              int canvas_width,
              int canvas_height,
              float value) {
  for (int y = 0; y < canvas_height; ++y) {
    float* row = plane + y * row_stride;
    std::fill(row + (y < height ? width : 0), row + canvas_width, value);
  }
}

/// Size of the resized picture inside of the canvas.
struct Size {
  int width = 0;
  int height = 0;
};

Size FittedSize(const Image& image, int width, int height, FitMode mode) {
  if (mode == FitMode::kStretch) {
    return {width, height};
  }
  const double scale = std::min(static_cast<double>(width) / image.width(),
                                static_cast<double>(height) / image.height());
  const auto fitted = [scale](int side, int canvas) {
    const auto rounded = static_cast<int>(std::lround(side * scale));
    return std::clamp(rounded, 1, canvas);
  };
  return {fitted(image.width(), width), fitted(image.height(), height)};
}

void AverageToPlanar(const Image& image,
                     const Size& size,
                     const PlanarNormalization& normalization,
                     const PlanarView& out) {
  const PlanarView red_first = RedFirst(out, normalization.order);
  ResizeAreaToPlanar(
      image, WholeOf(image), size.width, size.height, 0.0F, 1.0F, red_first);
  for (std::size_t c = 0; c < 3; ++c) {
    NormalizePlane(red_first.data +
                       static_cast<std::ptrdiff_t>(c) * red_first.plane_stride,
                   out.row_stride,
                   size.width,
                   size.height,
                   normalization.mean[c],
                   normalization.deviation[c]);
  }
}

}  // namespace

void ToPlanar(const Image& image,
              const PlanarNormalization& normalization,
              const PlanarView& out) {
  const PlanarView red_first = RedFirst(out, normalization.order);
  for (std::size_t c = 0; c < 3; ++c) {
    const LevelTable table =
        TableOf(normalization.mean[c], normalization.deviation[c]);
    float* plane = red_first.data +
                   static_cast<std::ptrdiff_t>(c) * red_first.plane_stride;
    for (int y = 0; y < image.height(); ++y) {
      const std::uint8_t* level = image.row(y) + c;
      float* row = plane + y * red_first.row_stride;
      for (int x = 0; x < image.width(); ++x) {
        row[x] = table[level[std::ptrdiff_t{3} * x]];
      }
    }
  }
}

FitScale FitToPlanar(const Image& image,
                     int width,
                     int height,
                     FitMode mode,
                     const PlanarNormalization& normalization,
                     const PlanarView& out) {
  MIEN_CHECK(!image.empty() && width > 0 && height > 0);
  const Size size = FittedSize(image, width, height, mode);
  const FitScale scale = {
      static_cast<float>(size.width) / static_cast<float>(image.width()),
      static_cast<float>(size.height) / static_cast<float>(image.height())};
  const double shrinking = 1.0 / std::max(static_cast<double>(scale.scale_x),
                                          static_cast<double>(scale.scale_y));
  if (shrinking >= kAveragingFactor) {
    AverageToPlanar(image, size, normalization, out);
  } else if (size.width == image.width() && size.height == image.height()) {
    ToPlanar(image, normalization, out);
  } else {
    ToPlanar(ResizeBilinear(image, WholeOf(image), size.width, size.height),
             normalization,
             out);
  }
  const PlanarView red_first = RedFirst(out, normalization.order);
  for (std::size_t c = 0; c < 3; ++c) {
    FillRest(red_first.data +
                 static_cast<std::ptrdiff_t>(c) * red_first.plane_stride,
             out.row_stride,
             size.width,
             size.height,
             width,
             height,
             -normalization.mean[c] / normalization.deviation[c]);
  }
  return scale;
}

}  // namespace mien
