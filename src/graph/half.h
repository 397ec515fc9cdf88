// SPDX-License-Identifier: Apache-2.0
//
// The 16-bit float formats. Bits go in and come out as std::uint16_t.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace mien {

/// The value of IEEE 754 binary16 `bits`. Without branches, so that loops over
/// weights become vector code.
inline float FloatFromHalf(std::uint16_t bits) {
  constexpr std::uint32_t kExponentShift = 112U << 23U;  // 127 - 15
  constexpr std::uint32_t kExponent = 0x1FU << 23U;
  const std::uint32_t magnitude = (bits & 0x7FFFU) << 13U;
  const std::uint32_t normal = magnitude + kExponentShift;
  // Zero and subnormals: fraction / 2^24, as (1 + fraction / 2^10) / 2^14 less
  // the 1.
  const std::uint32_t subnormal = std::bit_cast<std::uint32_t>(
      std::bit_cast<float>(normal + (1U << 23U)) - 0x1p-14F);
  const std::uint32_t infinite = normal + kExponentShift;
  const std::uint32_t exponent = magnitude & kExponent;
  const std::uint32_t value = exponent == 0           ? subnormal
                              : exponent == kExponent ? infinite
                                                      : normal;
  return std::bit_cast<float>(value | (bits & 0x8000U) << 16U);
}

/// `value` rounded to the nearest binary16, ties to even; infinite from 65520.
inline std::uint16_t HalfFromFloat(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16U) & 0x8000U;
  const float magnitude = std::fabs(value);
  if (std::isnan(value)) {
    return static_cast<std::uint16_t>(sign | 0x7E00U);
  }
  if (magnitude >= 65520.0F) {
    return static_cast<std::uint16_t>(sign | 0x7C00U);
  }
  if (magnitude < 0x1p-14F) {  // a multiple of 2^-24
    return static_cast<std::uint16_t>(
        sign | static_cast<std::uint32_t>(std::nearbyint(magnitude * 0x1p24F)));
  }
  const std::uint32_t rounding = 0xFFFU + ((bits >> 13U) & 1U);
  const std::uint32_t rounded = (bits & 0x7FFFFFFFU) + rounding;
  return static_cast<std::uint16_t>(sign | ((rounded >> 13U) - (112U << 10U)));
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
