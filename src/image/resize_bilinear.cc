// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "image/bilinear_kernels.h"
#include "image/resize_arguments.h"

namespace mien {
namespace {

// --- Between the nearest centres, as OpenCV -------------------------------

std::vector<Neighbours> NeighboursOf(int in, int out) {
  std::vector<Neighbours> all;
  all.reserve(static_cast<std::size_t>(out));
  const double step = static_cast<double>(in) / out;
  for (int i = 0; i < out; ++i) {
    const double position =
        std::clamp((i + 0.5) * step - 0.5, 0.0, static_cast<double>(in - 1));
    const int first = static_cast<int>(position);
    const double weight = (position - first) * (1 << kBilinearBits);
    all.push_back({first,
                   std::min(first + 1, in - 1),
                   static_cast<int>(std::lround(weight))});
  }
  return all;
}

// --- Triangle filter, as PIL ----------------------------------------------

/// Fraction bits of PIL's filter weights (Pillow, src/libImaging/Resample.c).
constexpr int kFilterBits = 22;

/// Inputs [first, first + weights.size()) make one output.
struct Taps {
  int first = 0;
  std::vector<int> weights;  ///< sum to about 1 << kFilterBits
};

Taps TrianglesTaps(double centre, double support, int in) {
  Taps taps;
  taps.first = std::max(0, static_cast<int>(centre - support + 0.5));
  const int end = std::min(in, static_cast<int>(centre + support + 0.5));
  std::vector<double> weights;
  double sum = 0;
  for (int i = taps.first; i < end; ++i) {
    const double distance = std::abs(i + 0.5 - centre) / support;
    weights.push_back(std::max(0.0, 1.0 - distance));
    sum += weights.back();
  }
  for (const double weight : weights) {
    const double scaled = weight / sum * (1 << kFilterBits);
    taps.weights.push_back(static_cast<int>(scaled + 0.5));
  }
  return taps;
}

std::vector<Taps> TapsOf(int in, int out) {
  std::vector<Taps> all;
  all.reserve(static_cast<std::size_t>(out));
  const double step = static_cast<double>(in) / out;
  const double support = std::max(1.0, step);
  for (int i = 0; i < out; ++i) {
    all.push_back(TrianglesTaps((i + 0.5) * step, support, in));
  }
  return all;
}

/// The weighted sum of pixels that lie `step` bytes apart.
void Filter(const Taps& taps,
            const std::uint8_t* pixel,
            std::size_t step,
            std::uint8_t* out) {
  int sum[3] = {
      1 << (kFilterBits - 1), 1 << (kFilterBits - 1), 1 << (kFilterBits - 1)};
  for (const int weight : taps.weights) {
    for (int c = 0; c < 3; ++c) {
      sum[c] += weight * pixel[c];
    }
    pixel += step;
  }
  for (int c = 0; c < 3; ++c) {
    out[c] =
        static_cast<std::uint8_t>(std::clamp(sum[c] >> kFilterBits, 0, 255));
  }
}

Image FilterColumns(const Image& image, const PixelRect& crop, int out_width) {
  const std::vector<Taps> columns = TapsOf(crop.width(), out_width);
  Image out(out_width, crop.height());
  for (int y = 0; y < crop.height(); ++y) {
    const std::uint8_t* row = image.row(crop.y0 + y);
    std::uint8_t* pixel = out.row(y);
    for (const Taps& taps : columns) {
      Filter(taps, row + std::ptrdiff_t{3} * (crop.x0 + taps.first), 3, pixel);
      pixel += 3;
    }
  }
  return out;
}

Image FilterRows(const Image& image, int out_height) {
  const std::vector<Taps> rows = TapsOf(image.height(), out_height);
  Image out(image.width(), out_height);
  for (int y = 0; y < out_height; ++y) {
    const Taps& taps = rows[static_cast<std::size_t>(y)];
    const std::uint8_t* first = image.row(taps.first);
    for (int x = 0; x < image.width(); ++x) {
      const std::ptrdiff_t offset = std::ptrdiff_t{3} * x;
      Filter(taps, first + offset, image.stride_bytes(), out.row(y) + offset);
    }
  }
  return out;
}

}  // namespace

Image ResizeBilinear(const Image& image,
                     const PixelRect& crop,
                     int out_width,
                     int out_height) {
  CheckResizeArguments(image, crop, out_width, out_height);
  const std::vector<Neighbours> columns = NeighboursOf(crop.width(), out_width);
  const std::vector<Neighbours> rows = NeighboursOf(crop.height(), out_height);
  Image out(out_width, out_height);
  const BilinearKernels kernels = BestBilinearKernels(HostCpu());
  const std::size_t count = out.stride_bytes();
  std::vector<int> first(count + kBilinearPadding);
  std::vector<int> second(count + kBilinearPadding);
  // Rows that `first` and `second` hold; neighbouring outputs share them.
  int first_row = -1;
  int second_row = -1;
  const auto row_at = [&](int y) {
    return std::span(image.row(crop.y0 + y), image.stride_bytes())
        .subspan(3 * static_cast<std::size_t>(crop.x0),
                 3 * static_cast<std::size_t>(crop.width()));
  };
  for (int y = 0; y < out_height; ++y) {
    const Neighbours& row = rows[static_cast<std::size_t>(y)];
    if (row.first == second_row) {
      std::swap(first, second);
      std::swap(first_row, second_row);
    }
    if (row.first != first_row) {
      kernels.blend_columns(row_at(row.first), columns, first.data());
      first_row = row.first;
    }
    if (row.second != second_row) {
      kernels.blend_columns(row_at(row.second), columns, second.data());
      second_row = row.second;
    }
    kernels.blend_rows(
        first.data(), second.data(), row.second_weight, count, out.row(y));
  }
  return out;
}

Image ResizeBilinearAntialias(const Image& image,
                              const PixelRect& crop,
                              int out_width,
                              int out_height) {
  CheckResizeArguments(image, crop, out_width, out_height);
  return FilterRows(FilterColumns(image, crop, out_width), out_height);
}

}  // namespace mien
