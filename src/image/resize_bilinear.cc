// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "image/resize_arguments.h"

namespace mien {
namespace {

// --- Between the nearest centres, as OpenCV -------------------------------

/// Weights of two neighbours sum to 1 << kWeightBits, as in OpenCV.
constexpr int kWeightBits = 11;

/// The two inputs that an output lies between.
struct Neighbours {
  int first = 0;
  int second = 0;
  int second_weight = 0;  ///< of 1 << kWeightBits
};

std::vector<Neighbours> NeighboursOf(int in, int out) {
  std::vector<Neighbours> all;
  all.reserve(static_cast<std::size_t>(out));
  const double step = static_cast<double>(in) / out;
  for (int i = 0; i < out; ++i) {
    const double position =
        std::clamp((i + 0.5) * step - 0.5, 0.0, static_cast<double>(in - 1));
    const int first = static_cast<int>(position);
    const double weight = (position - first) * (1 << kWeightBits);
    all.push_back({first,
                   std::min(first + 1, in - 1),
                   static_cast<int>(std::lround(weight))});
  }
  return all;
}

/// One input row stretched or shrunk to the output's columns, [columns, 3],
/// times 1 << kWeightBits.
void BlendColumns(const std::uint8_t* row,
                  const std::vector<Neighbours>& columns,
                  std::vector<int>& out) {
  std::size_t i = 0;
  for (const Neighbours& column : columns) {
    const std::uint8_t* first = row + std::ptrdiff_t{3} * column.first;
    const std::uint8_t* second = row + std::ptrdiff_t{3} * column.second;
    for (int c = 0; c < 3; ++c) {
      out[i++] = (first[c] << kWeightBits) +
                 (second[c] - first[c]) * column.second_weight;
    }
  }
}

void BlendRows(const std::vector<int>& first,
               const std::vector<int>& second,
               int second_weight,
               std::uint8_t* out) {
  constexpr int kBits = 2 * kWeightBits;
  const int first_weight = (1 << kWeightBits) - second_weight;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const int sum = first[i] * first_weight + second[i] * second_weight;
    out[i] = static_cast<std::uint8_t>((sum + (1 << (kBits - 1))) >> kBits);
  }
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
  std::vector<int> first(out.stride_bytes());
  std::vector<int> second(out.stride_bytes());
  // Rows that `first` and `second` hold; neighbouring outputs share them.
  int first_row = -1;
  int second_row = -1;
  const auto row_at = [&](int y) {
    return image.row(crop.y0 + y) + std::ptrdiff_t{3} * crop.x0;
  };
  for (int y = 0; y < out_height; ++y) {
    const Neighbours& row = rows[static_cast<std::size_t>(y)];
    if (row.first == second_row) {
      std::swap(first, second);
      std::swap(first_row, second_row);
    }
    if (row.first != first_row) {
      BlendColumns(row_at(row.first), columns, first);
      first_row = row.first;
    }
    if (row.second != second_row) {
      BlendColumns(row_at(row.second), columns, second);
      second_row = row.second;
    }
    BlendRows(first, second, row.second_weight, out.row(y));
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
