// SPDX-License-Identifier: Apache-2.0
#include "data/chip_filters.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/check.h"
#include "core/cpu.h"
#include "image/resize.h"

namespace mien {
namespace {

// Luma of BT.601 in 1/65536.
constexpr int kRedWeight = 19595;
constexpr int kGreenWeight = 38470;
constexpr int kBlueWeight = 7471;

int Luma(const std::uint8_t* pixel) {
  return (kRedWeight * pixel[0] + kGreenWeight * pixel[1] +
          kBlueWeight * pixel[2] + (1 << 15)) >>
         16;
}

float MeanLuma(const Image& image) {
  std::uint64_t sum = 0;
  const auto pixels = image.pixels();
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    sum += static_cast<std::uint64_t>(Luma(&pixels[i]));
  }
  return static_cast<float>(sum) / static_cast<float>(pixels.size() / 3);
}

/// Weights of a Gaussian in 1/256, which sum to 256, from the middle outwards.
std::vector<int> GaussianTaps(float sigma) {
  const int radius = std::max(1, static_cast<int>(std::ceil(2.5F * sigma)));
  std::vector<double> weights;
  double sum = 0.0;
  for (int i = 0; i <= radius; ++i) {
    weights.push_back(std::exp(-0.5 * i * i / (sigma * sigma)));
    sum += (i == 0 ? 1 : 2) * weights.back();
  }
  std::vector<int> taps(weights.size());
  int rest = 256;
  for (std::size_t i = taps.size() - 1; i > 0; --i) {
    taps[i] = static_cast<int>(std::lround(256 * weights[i] / sum));
    rest -= 2 * taps[i];
  }
  taps[0] = rest;
  return taps;
}

// `sums` += `tap` * (a + b), sample by sample. Inlined into one function per
// instruction set below, where the compiler vectorises it.
[[gnu::always_inline]] inline void AddPair(const std::uint8_t* a,
                                           const std::uint8_t* b,
                                           std::uint16_t tap,
                                           std::size_t count,
                                           std::uint16_t* __restrict sums) {
  for (std::size_t i = 0; i < count; ++i) {
    sums[i] = static_cast<std::uint16_t>(sums[i] + tap * (a[i] + b[i]));
  }
}

void AddPairPlain(const std::uint8_t* a,
                  const std::uint8_t* b,
                  std::uint16_t tap,
                  std::size_t count,
                  std::uint16_t* sums) {
  AddPair(a, b, tap, count, sums);
}

[[gnu::target("avx2")]] void AddPairAvx2(const std::uint8_t* a,
                                         const std::uint8_t* b,
                                         std::uint16_t tap,
                                         std::size_t count,
                                         std::uint16_t* sums) {
  AddPair(a, b, tap, count, sums);
}

/// Blurs across what lies `count` samples long at middle + i * step for i from
/// -radius to radius. Sums stay below 256 * 255 + 128.
void BlurRow(const std::uint8_t* middle,
             std::span<const std::ptrdiff_t> before,
             std::span<const std::ptrdiff_t> after,
             const std::vector<int>& taps,
             std::vector<std::uint16_t>& sums,
             std::uint8_t* out) {
  const auto add = HostCpu().avx2 ? AddPairAvx2 : AddPairPlain;
  const std::size_t count = sums.size();
  for (std::size_t i = 0; i < count; ++i) {
    sums[i] = static_cast<std::uint16_t>(128 + taps[0] * middle[i]);
  }
  for (std::size_t k = 1; k < taps.size(); ++k) {
    add(middle + before[k],
        middle + after[k],
        static_cast<std::uint16_t>(taps[k]),
        count,
        sums.data());
  }
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<std::uint8_t>(sums[i] >> 8U);
  }
}

Image BlurVertically(const Image& image, const std::vector<int>& taps) {
  Image out(image.width(), image.height());
  std::vector<std::uint16_t> sums(image.stride_bytes());
  std::vector<std::ptrdiff_t> before(taps.size());
  std::vector<std::ptrdiff_t> after(taps.size());
  for (int y = 0; y < image.height(); ++y) {
    for (int k = 0; k < static_cast<int>(taps.size()); ++k) {
      const auto i = static_cast<std::size_t>(k);
      before[i] = image.row(std::max(y - k, 0)) - image.row(y);
      after[i] = image.row(std::min(y + k, image.height() - 1)) - image.row(y);
    }
    BlurRow(image.row(y), before, after, taps, sums, out.row(y));
  }
  return out;
}

Image BlurHorizontally(const Image& image, const std::vector<int>& taps) {
  Image out(image.width(), image.height());
  const int radius = static_cast<int>(taps.size()) - 1;
  const std::size_t pad = 3 * static_cast<std::size_t>(radius);
  std::vector<std::uint8_t> padded(image.stride_bytes() + 2 * pad);
  std::vector<std::uint16_t> sums(image.stride_bytes());
  std::vector<std::ptrdiff_t> before;
  std::vector<std::ptrdiff_t> after;
  for (int k = 0; k <= radius; ++k) {
    before.push_back(-3 * k);
    after.push_back(3 * k);
  }
  for (int y = 0; y < image.height(); ++y) {
    const std::uint8_t* row = image.row(y);
    std::copy_n(row,
                image.stride_bytes(),
                padded.begin() + static_cast<std::ptrdiff_t>(pad));
    for (std::size_t i = 0; i < pad; ++i) {
      padded[i] = row[i % 3];
      padded[pad + image.stride_bytes() + i] =
          row[image.stride_bytes() - 3 + i % 3];
    }
    BlurRow(padded.data() + pad, before, after, taps, sums, out.row(y));
  }
  return out;
}

}  // namespace

void ChangeColor(Image& image,
                 float brightness,
                 float contrast,
                 float saturation) {
  const float mean = MeanLuma(image);
  constexpr float kOne = 1 << 12;
  const int chroma =
      static_cast<int>(std::lround(contrast * saturation * kOne));
  const int luma = static_cast<int>(std::lround(contrast * kOne)) - chroma;
  const int offset = static_cast<int>(
      std::lround((mean * (1 - contrast) + brightness) * kOne + kOne / 2));
  const auto pixels = image.pixels();
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    std::uint8_t* pixel = &pixels[i];
    const int base = luma * Luma(pixel) + offset;
    for (int c = 0; c < 3; ++c) {
      pixel[c] = static_cast<std::uint8_t>(
          std::clamp((base + chroma * pixel[c]) >> 12, 0, 255));
    }
  }
}

Image GaussianBlur(const Image& image, float sigma_px) {
  MIEN_CHECK(sigma_px > 0 && sigma_px <= kMaxBlurSigma);
  const std::vector<int> taps = GaussianTaps(sigma_px);
  return BlurVertically(BlurHorizontally(image, taps), taps);
}

Image ReduceResolution(const Image& image, int side) {
  if (side >= image.width() || side < 1) {
    return image;
  }
  const int height = std::max(1, image.height() * side / image.width());
  const Image small = ResizeArea(image, WholeOf(image), side, height);
  return ResizeBilinear(small, WholeOf(small), image.width(), image.height());
}

Image CompressAgain(const Image& image, int quality) {
  const auto jpeg = EncodeJpeg(image, quality);
  MIEN_CHECK(jpeg);
  auto decoded = DecodeImage(*jpeg);
  MIEN_CHECK(decoded);
  return std::move(decoded->image);
}

}  // namespace mien
