// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace mien {

/// What int8 made of a vector x: x = scale * values + e.
struct Quantized {
  float scale = 0.0F;

  /// Length of e, rounded up: how far the int8 vector lies from x.
  float error = 0.0F;

  /// Length of scale * values, rounded up.
  float norm = 0.0F;
};

/// Rounds `vector` to int8, symmetric, its largest magnitude at 127, into
/// `values` of the same size. A vector of zeros has scale 0.
Quantized QuantizeToInt8(std::span<const float> vector,
                         std::span<std::int8_t> values);

}  // namespace mien
