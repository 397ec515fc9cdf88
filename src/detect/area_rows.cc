// SPDX-License-Identifier: Apache-2.0
#include "detect/area_rows.h"

#include <algorithm>
#include <array>

#include "core/cpu.h"

namespace mien {
namespace {

constexpr std::size_t kChannels = 3;

// The inputs [first, last) under output `i` of `out`, of `in`.
struct Span {
  int first = 0;
  int last = 0;
};

Span WindowOf(int i, int in, int out) {
  const auto wide_in = static_cast<std::int64_t>(in);
  return {static_cast<int>(i * wide_in / out),
          static_cast<int>(((i + 1) * wide_in + out - 1) / out)};
}

// Longest window along an axis: at most one input more than the scale.
int LargestWindow(int in, int out) { return in / out + 2; }

bool FitsKernels(int rows, int columns) {
  return rows <= kMaxAreaRows &&
         static_cast<std::int64_t>(rows) * columns <= kMaxAreaPixels;
}

}  // namespace

AreaRows::AreaRows(const Image& image, int width, int height)
    : image_(image),
      width_(width),
      height_(height),
      kernels_(BestAreaKernels(HostCpu())),
      is_small_(FitsKernels(LargestWindow(image.height(), height),
                            LargestWindow(image.width(), width))) {
  for (int x = 0; x < width; ++x) {
    const Span span = WindowOf(x, image.width(), width);
    begins_.push_back(span.first);
    sizes_.push_back(span.last - span.first);
  }
  if (is_small_) {
    small_sums_.resize(image.stride_bytes() + kAreaPadding);
  } else {
    large_sums_.resize(image.stride_bytes());
  }
}

void AreaRows::SumRows(int first, int last) {
  std::ranges::fill(large_sums_, 0U);
  for (int y = first; y < last; ++y) {
    const std::uint8_t* row = image_.row(y);
    for (std::size_t i = 0; i < large_sums_.size(); ++i) {
      large_sums_[i] += row[i];
    }
  }
}

void AreaRows::Read(int y, float* out, std::ptrdiff_t stride) {
  const Span rows = WindowOf(y, image_.height(), height_);
  const int count = rows.last - rows.first;
  if (is_small_) {
    kernels_.sum_rows(image_.row(rows.first),
                      image_.stride_bytes(),
                      count,
                      image_.stride_bytes(),
                      small_sums_.data());
    kernels_.average_row({.sums = small_sums_.data(),
                          .begins = begins_.data(),
                          .sizes = sizes_.data(),
                          .rows = count,
                          .width = width_,
                          .mean = kMtcnnMean,
                          .scale = kMtcnnScale},
                         out,
                         stride);
    return;
  }
  SumRows(rows.first, rows.last);
  for (std::size_t x = 0; x < begins_.size(); ++x) {
    std::array<std::int64_t, kChannels> sums = {};
    const std::uint32_t* column =
        &large_sums_[kChannels * static_cast<std::size_t>(begins_[x])];
    for (int i = 0; i < sizes_[x]; ++i) {
      for (std::size_t c = 0; c < kChannels; ++c) {
        sums[c] += *column++;
      }
    }
    const auto area = static_cast<double>(std::int64_t{count} * sizes_[x]);
    for (std::size_t c = 0; c < kChannels; ++c) {
      const double average = static_cast<double>(sums[c]) / area;
      out[static_cast<std::ptrdiff_t>(x) +
          static_cast<std::ptrdiff_t>(c) * stride] =
          (static_cast<float>(average) - kMtcnnMean) * kMtcnnScale;
    }
  }
}

}  // namespace mien
