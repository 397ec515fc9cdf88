// SPDX-License-Identifier: Apache-2.0
#include "detect/area_rows.h"

#include <algorithm>
#include <cstring>

namespace mien {
namespace {

constexpr int kChannels = 3;

// Lanes of one pixel: red, green, blue and one unused.
typedef std::uint32_t Pixel __attribute__((vector_size(16)));
typedef std::int32_t SignedPixel __attribute__((vector_size(16)));
typedef float FloatPixel __attribute__((vector_size(16)));

Pixel LoadPixel(const std::uint32_t* p) {
  Pixel pixel;
  std::memcpy(&pixel, p, sizeof(pixel));
  return pixel;
}

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

}  // namespace

AreaRows::AreaRows(const Image& image, int width, int height)
    : image_(image),
      width_(width),
      height_(height),
      windows_(static_cast<std::size_t>(width)),
      // One more entry, so that the last pixel can be read as four lanes.
      column_sums_(image.stride_bytes() + 1),
      prefix_(image.stride_bytes() + kChannels + 1) {
  for (int x = 0; x < width; ++x) {
    const Span span = WindowOf(x, image.width(), width);
    windows_[static_cast<std::size_t>(x)] = {
        .first = static_cast<std::uint32_t>(kChannels * span.first),
        .last = static_cast<std::uint32_t>(kChannels * span.last),
        .weight = kMtcnnScale / static_cast<float>(span.last - span.first)};
  }
}

void AreaRows::SumRows(int first, int last) {
  const std::size_t count = image_.stride_bytes();
  const std::uint8_t* row = image_.row(first);
  std::uint32_t* sums = column_sums_.data();
  for (std::size_t i = 0; i < count; ++i) {
    sums[i] = row[i];
  }
  int y = first + 1;
  for (; y + 1 < last; y += 2) {
    const std::uint8_t* upper = image_.row(y);
    const std::uint8_t* lower = image_.row(y + 1);
    for (std::size_t i = 0; i < count; ++i) {
      sums[i] += static_cast<std::uint32_t>(upper[i] + lower[i]);
    }
  }
  for (; y < last; ++y) {
    const std::uint8_t* lower = image_.row(y);
    for (std::size_t i = 0; i < count; ++i) {
      sums[i] += lower[i];
    }
  }
}

void AreaRows::Read(int y, float* out, std::ptrdiff_t stride) {
  const Span rows = WindowOf(y, image_.height(), height_);
  SumRows(rows.first, rows.last);
  Pixel running = {};
  std::uint32_t* prefix = prefix_.data();
  for (std::size_t i = 0; i < image_.stride_bytes(); i += kChannels) {
    std::memcpy(prefix + i, &running, sizeof(running));
    running += LoadPixel(column_sums_.data() + i);
  }
  std::memcpy(prefix + image_.stride_bytes(), &running, sizeof(running));

  const float row_weight = 1.0F / static_cast<float>(rows.last - rows.first);
  for (std::size_t x = 0; x < windows_.size(); ++x) {
    const Window& window = windows_[x];
    const Pixel sum =
        LoadPixel(prefix + window.last) - LoadPixel(prefix + window.first);
    const FloatPixel value =
        __builtin_convertvector(reinterpret_cast<const SignedPixel&>(sum),
                                FloatPixel) *
            (window.weight * row_weight) -
        kMtcnnMean * kMtcnnScale;
    out[x] = value[0];
    out[x + static_cast<std::size_t>(stride)] = value[1];
    out[x + 2 * static_cast<std::size_t>(stride)] = value[2];
  }
}

}  // namespace mien
