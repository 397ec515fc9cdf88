// SPDX-License-Identifier: Apache-2.0
//
// The 16-bit float formats. Bits go in and come out as std::uint16_t.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace mien {

/// The value of IEEE 754 binary16 `bits`.
inline float FloatFromHalf(std::uint16_t bits) {
  const std::uint32_t sign = (bits & 0x8000U) << 16U;
  const int exponent = (bits >> 10U) & 0x1F;
  const std::uint32_t fraction = bits & 0x3FFU;
  if (exponent == 0) {  // zero or subnormal: fraction / 2^24
    const float magnitude = std::ldexp(static_cast<float>(fraction), -24);
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t wide_exponent =
      exponent == 0x1F ? 0xFFU : static_cast<std::uint32_t>(exponent + 112);
  return std::bit_cast<float>(sign | (wide_exponent << 23U) |
                              (fraction << 13U));
}

/// The value of bfloat16 `bits`: the upper half of a float32.
inline float FloatFromBfloat16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

/// `value` rounded to the nearest bfloat16, ties to even, as the CPU
/// instruction VCVTNEPS2BF16 does.
inline std::uint16_t Bfloat16FromFloat(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if (std::isnan(value)) {
    return static_cast<std::uint16_t>((bits >> 16U) | 0x40U);
  }
  return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16U) & 1U)) >>
                                    16U);
}

}  // namespace mien
