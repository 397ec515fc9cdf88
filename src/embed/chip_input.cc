// SPDX-License-Identifier: Apache-2.0
#include "embed/chip_input.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "core/check.h"
#include "core/cpu.h"

namespace mien {
namespace {

/// value = (sample - mean) * factor, for red, green and blue. The subtraction
/// comes first because it is exact for the means in use, so every instruction
/// set gives the same value.
struct Scaling {
  std::array<float, 3> mean;
  std::array<float, 3> factor;
};

/// Where the red, green and blue values of a row go.
using RowPlanes = std::array<float*, 3>;

// Inlined into one function per instruction set below, where the compiler
// vectorises it.
[[gnu::always_inline]] inline void ConvertRow(const std::uint8_t* pixels,
                                              std::size_t width,
                                              const Scaling& scaling,
                                              const RowPlanes& planes) {
  float* __restrict red = planes[0];
  float* __restrict green = planes[1];
  float* __restrict blue = planes[2];
  const Scaling s = scaling;
  for (std::size_t x = 0; x < width; ++x) {
    red[x] = (static_cast<float>(pixels[3 * x]) - s.mean[0]) * s.factor[0];
    green[x] =
        (static_cast<float>(pixels[3 * x + 1]) - s.mean[1]) * s.factor[1];
    blue[x] = (static_cast<float>(pixels[3 * x + 2]) - s.mean[2]) * s.factor[2];
  }
}

void ConvertRowPlain(const std::uint8_t* pixels,
                     std::size_t width,
                     const Scaling& scaling,
                     const RowPlanes& planes) {
  ConvertRow(pixels, width, scaling, planes);
}

[[gnu::target("avx2")]] void ConvertRowAvx2(const std::uint8_t* pixels,
                                            std::size_t width,
                                            const Scaling& scaling,
                                            const RowPlanes& planes) {
  ConvertRow(pixels, width, scaling, planes);
}

/// Mean and deviation of all samples, sums taken exactly in integers.
Scaling PrewhitenScaling(const Image& chip) {
  std::uint64_t sum = 0;
  std::uint64_t sum_of_squares = 0;
  for (const std::uint8_t sample : chip.pixels()) {
    sum += sample;
    sum_of_squares += std::uint64_t{sample} * sample;
  }
  const auto count = static_cast<double>(chip.pixels().size());
  const double mean = static_cast<double>(sum) / count;
  const double variance =
      static_cast<double>(sum_of_squares) / count - mean * mean;
  const double deviation =
      std::max(std::sqrt(std::max(variance, 0.0)), 1.0 / std::sqrt(count));
  const auto mean_f = static_cast<float>(mean);
  const auto factor = static_cast<float>(1.0 / deviation);
  return {{mean_f, mean_f, mean_f}, {factor, factor, factor}};
}

/// The contract's scaling, which is in the model's colour order, for red, green
/// and blue.
Scaling FixedScaling(const ModelContract& contract) {
  Scaling scaling{};
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t channel =
        contract.color_order == ColorOrder::kRgb ? i : 2 - i;
    scaling.mean[i] = contract.mean[channel];
    scaling.factor[i] = 1.0F / contract.deviation[channel];
  }
  return scaling;
}

}  // namespace

void ChipToInput(const Image& chip,
                 const ModelContract& contract,
                 Mirror mirror,
                 std::span<float> planes) {
  MIEN_CHECK(planes.size() == chip.pixels().size());
  const auto width = static_cast<std::size_t>(chip.width());
  const std::size_t area = width * static_cast<std::size_t>(chip.height());
  const Scaling scaling = contract.pixel_scaling == PixelScaling::kPrewhiten
                              ? PrewhitenScaling(chip)
                              : FixedScaling(contract);
  const bool rgb = contract.color_order == ColorOrder::kRgb;
  RowPlanes row = {planes.data() + (rgb ? 0 : 2 * area),
                   planes.data() + area,
                   planes.data() + (rgb ? 2 * area : 0)};
  const auto convert = HostCpu().avx2 ? ConvertRowAvx2 : ConvertRowPlain;
  for (int y = 0; y < chip.height(); ++y) {
    convert(chip.row(y), width, scaling, row);
    for (float*& plane : row) {
      if (mirror == Mirror::kYes) {
        std::reverse(plane, plane + width);
      }
      plane += width;
    }
  }
}

}  // namespace mien
