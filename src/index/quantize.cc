// SPDX-License-Identifier: Apache-2.0
#include "index/quantize.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace mien {
namespace {

float RoundedUp(double value) {
  return std::nextafter(static_cast<float>(value), HUGE_VALF);
}

}  // namespace

Quantized QuantizeToInt8(std::span<const float> vector,
                         std::span<std::int8_t> values) {
  float largest = 0.0F;
  for (const float x : vector) {
    largest = std::max(largest, std::abs(x));
  }
  Quantized result;
  result.scale = largest / 127.0F;
  double error = 0.0;
  double norm = 0.0;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    const float steps =
        result.scale > 0.0F ? std::round(vector[i] / result.scale) : 0.0F;
    values[i] = static_cast<std::int8_t>(std::clamp(steps, -127.0F, 127.0F));
    const double rounded = static_cast<double>(result.scale) * values[i];
    error += (vector[i] - rounded) * (vector[i] - rounded);
    norm += rounded * rounded;
  }
  result.error = RoundedUp(std::sqrt(error));
  result.norm = RoundedUp(std::sqrt(norm));
  return result;
}

}  // namespace mien
