// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/numbers.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "core/check.h"
#include "graph/half.h"

namespace mien::reference {
namespace {

template <typename Element, typename Convert>
Tensor Encoded(DataType type,
               const Shape& shape,
               std::span<const double> values,
               Convert convert) {
  std::vector<std::byte> bytes(values.size() * sizeof(Element));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Element element = convert(values[i]);
    std::memcpy(bytes.data() + i * sizeof(Element), &element, sizeof(Element));
  }
  return {type, shape, std::move(bytes)};
}

template <typename Integer>
Integer ToInteger(double value) {
  using Limits = std::numeric_limits<Integer>;
  if (std::isnan(value)) {
    return 0;
  }
  // The upper limit of int64 is not a double: compare with the power of two.
  if (value >= std::ldexp(1.0, Limits::digits)) {
    return Limits::max();
  }
  if (value <= static_cast<double>(Limits::min())) {
    return Limits::min();
  }
  return static_cast<Integer>(value);
}

/// IEEE 754 binary16, ties to even.
std::uint16_t ToHalfBits(double value) {
  constexpr int kMantissaBits = 10;
  constexpr int kMinExponent = -14;
  constexpr double kOverflow = 65520.0;  // half way beyond the largest, 65504
  const auto sign =
      static_cast<std::uint16_t>(std::signbit(value) ? 0x8000U : 0U);
  const double magnitude = std::abs(value);
  if (std::isnan(value)) {
    return static_cast<std::uint16_t>(sign | 0x7E00U);
  }
  if (magnitude >= kOverflow) {
    return static_cast<std::uint16_t>(sign | 0x7C00U);
  }
  const int exponent = magnitude == 0.0
                           ? kMinExponent
                           : std::max(std::ilogb(magnitude), kMinExponent);
  // Mantissa with its leading bit; a carry runs into the exponent as it should.
  const auto mantissa = static_cast<unsigned>(
      std::nearbyint(std::ldexp(magnitude, kMantissaBits - exponent)));
  const unsigned biased = static_cast<unsigned>(exponent - kMinExponent)
                          << kMantissaBits;
  return static_cast<std::uint16_t>(sign | (biased + mantissa));
}

std::uint16_t ToBfloat16Bits(double value) {
  return Bfloat16FromFloat(static_cast<float>(value));
}

}  // namespace

bool IsInteger(DataType type) {
  switch (type) {
    case DataType::kFloat32:
    case DataType::kFloat16:
    case DataType::kBfloat16:
    case DataType::kFloat64:
      return false;
    case DataType::kInt8:
    case DataType::kUint8:
    case DataType::kInt32:
    case DataType::kInt64:
    case DataType::kBool:
      return true;
  }
  return false;
}

std::vector<double> ToDoubles(const Tensor& tensor) {
  if (tensor.type() == DataType::kFloat64) {
    const auto values = tensor.values<double>();
    return {values.begin(), values.end()};
  }
  if (tensor.type() == DataType::kFloat32) {
    const auto values = tensor.values<float>();
    return {values.begin(), values.end()};
  }
  std::vector<double> doubles;
  if (IsInteger(tensor.type())) {
    const std::vector<std::int64_t> values = tensor.ToInts();
    doubles.assign(values.begin(), values.end());
  } else {
    const std::vector<float> values = tensor.ToFloats();
    doubles.assign(values.begin(), values.end());
  }
  return doubles;
}

Tensor FromDoubles(DataType type,
                   const Shape& shape,
                   std::span<const double> values) {
  switch (type) {
    case DataType::kFloat32:
      return Encoded<float>(type, shape, values, [](double value) {
        return static_cast<float>(value);
      });
    case DataType::kFloat16:
      return Encoded<std::uint16_t>(type, shape, values, ToHalfBits);
    case DataType::kBfloat16:
      return Encoded<std::uint16_t>(type, shape, values, ToBfloat16Bits);
    case DataType::kFloat64:
      return Encoded<double>(
          type, shape, values, [](double value) { return value; });
    case DataType::kInt8:
      return Encoded<std::int8_t>(type, shape, values, ToInteger<std::int8_t>);
    case DataType::kUint8:
      return Encoded<std::uint8_t>(
          type, shape, values, ToInteger<std::uint8_t>);
    case DataType::kInt32:
      return Encoded<std::int32_t>(
          type, shape, values, ToInteger<std::int32_t>);
    case DataType::kInt64:
      return Encoded<std::int64_t>(
          type, shape, values, ToInteger<std::int64_t>);
    case DataType::kBool:
      return Encoded<std::uint8_t>(type, shape, values, [](double value) {
        return static_cast<std::uint8_t>(value != 0.0);
      });
  }
  MIEN_CHECK(false);
}

float RoundToBfloat16(float value) {
  return FloatFromBfloat16(Bfloat16FromFloat(value));
}

std::vector<float> ToBfloat16Floats(const Tensor& tensor) {
  std::vector<float> values = tensor.ToFloats();
  for (float& value : values) {
    value = RoundToBfloat16(value);
  }
  return values;
}

}  // namespace mien::reference
