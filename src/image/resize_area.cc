// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "image/area_kernels.h"
#include "image/resize_arguments.h"

namespace mien {
namespace {

/// Windows of adaptive average pooling along one axis.
struct Windows {
  std::vector<int> begins;
  std::vector<int> sizes;
  int largest = 0;
};

Windows AdaptiveWindows(int in, int out) {
  Windows windows;
  windows.begins.reserve(static_cast<std::size_t>(out));
  windows.sizes.reserve(static_cast<std::size_t>(out));
  for (std::int64_t i = 0; i < out; ++i) {
    const auto begin = static_cast<int>(i * in / out);
    const auto end = static_cast<int>(((i + 1) * in + out - 1) / out);
    windows.begins.push_back(begin);
    windows.sizes.push_back(end - begin);
    windows.largest = std::max(windows.largest, end - begin);
  }
  return windows;
}

/// Sums over window [x0, x1) x [y0, y1) of `image`, by channel.
std::array<std::int64_t, 3> SumWindow(const Image& image,
                                      const PixelRect& window) {
  std::array<std::int64_t, 3> sum = {};
  for (int y = window.y0; y < window.y1; ++y) {
    const std::uint8_t* pixel = image.row(y) + std::ptrdiff_t{3} * window.x0;
    for (int x = window.x0; x < window.x1; ++x, pixel += 3) {
      for (std::size_t c = 0; c < 3; ++c) {
        sum[c] += pixel[c];
      }
    }
  }
  return sum;
}

/// Calls `put(x, y, sums, area)` for every output pixel: any window size.
template <typename Put>
void ForEachWindow(const Image& image,
                   const PixelRect& crop,
                   const Windows& columns,
                   const Windows& rows,
                   const Put& put) {
  for (std::size_t y = 0; y < rows.begins.size(); ++y) {
    const int y0 = crop.y0 + rows.begins[y];
    for (std::size_t x = 0; x < columns.begins.size(); ++x) {
      const int x0 = crop.x0 + columns.begins[x];
      const PixelRect window = {
          x0, y0, x0 + columns.sizes[x], y0 + rows.sizes[y]};
      const std::int64_t area = std::int64_t{window.width()} * window.height();
      put(x, y, SumWindow(image, window), area);
    }
  }
}

/// The path for windows beyond kMaxAreaRows or kMaxAreaPixels.
void LargeAreaToPlanar(const Image& image,
                       const PixelRect& crop,
                       const Windows& columns,
                       const Windows& rows,
                       float mean,
                       float scale,
                       const PlanarView& out) {
  ForEachWindow(
      image,
      crop,
      columns,
      rows,
      [&](std::size_t x, std::size_t y, const auto& sums, std::int64_t area) {
        float* pixel = out.data + static_cast<std::ptrdiff_t>(x) +
                       static_cast<std::ptrdiff_t>(y) * out.row_stride;
        for (std::size_t c = 0; c < 3; ++c) {
          const float average =
              static_cast<float>(sums[c]) / static_cast<float>(area);
          pixel[static_cast<std::ptrdiff_t>(c) * out.plane_stride] =
              (average - mean) * scale;
        }
      });
}

}  // namespace

PixelRect ClipTo(const Image& image, const PixelRect& rect) {
  return {std::clamp(rect.x0, 0, image.width()),
          std::clamp(rect.y0, 0, image.height()),
          std::clamp(rect.x1, 0, image.width()),
          std::clamp(rect.y1, 0, image.height())};
}

Image ResizeArea(const Image& image,
                 const PixelRect& crop,
                 int out_width,
                 int out_height) {
  CheckResizeArguments(image, crop, out_width, out_height);
  Image out(out_width, out_height);
  ForEachWindow(
      image,
      crop,
      AdaptiveWindows(crop.width(), out_width),
      AdaptiveWindows(crop.height(), out_height),
      [&](std::size_t x, std::size_t y, const auto& sums, std::int64_t area) {
        std::uint8_t* pixel = out.row(static_cast<int>(y)) + 3 * x;
        for (std::size_t c = 0; c < 3; ++c) {
          pixel[c] =
              static_cast<std::uint8_t>((2 * sums[c] + area) / (2 * area));
        }
      });
  return out;
}

void ResizeAreaToPlanar(const Image& image,
                        const PixelRect& crop,
                        int out_width,
                        int out_height,
                        float mean,
                        float scale,
                        const PlanarView& out) {
  CheckResizeArguments(image, crop, out_width, out_height);
  const Windows columns = AdaptiveWindows(crop.width(), out_width);
  const Windows rows = AdaptiveWindows(crop.height(), out_height);
  if (rows.largest > kMaxAreaRows ||
      std::int64_t{rows.largest} * columns.largest > kMaxAreaPixels) {
    LargeAreaToPlanar(image, crop, columns, rows, mean, scale, out);
    return;
  }
  const AreaKernels kernels = BestAreaKernels(HostCpu());
  const std::size_t count = 3 * static_cast<std::size_t>(crop.width());
  std::vector<std::uint16_t> sums(count + kAreaPadding);
  for (int y = 0; y < out_height; ++y) {
    const auto row = static_cast<std::size_t>(y);
    const std::uint8_t* pixels =
        image.row(crop.y0 + rows.begins[row]) + std::ptrdiff_t{3} * crop.x0;
    kernels.sum_rows(
        pixels, image.stride_bytes(), rows.sizes[row], count, sums.data());
    kernels.average_row({.sums = sums.data(),
                         .begins = columns.begins.data(),
                         .sizes = columns.sizes.data(),
                         .rows = rows.sizes[row],
                         .width = out_width,
                         .mean = mean,
                         .scale = scale},
                        out.data + y * out.row_stride,
                        out.plane_stride);
  }
}

}  // namespace mien
