// SPDX-License-Identifier: Apache-2.0
//
// ONNX operators on single numbers, by name. Whole numbers are 64 bits wide and
// wrap; fractions are float32, as in every runtime.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mien {

/// Add, Sub, Mul, Div, Mod (whole numbers), Pow (fractions), Max, Min, Sum;
/// nothing for other operators and for a division without an answer.
std::optional<std::int64_t> ApplyBinary(std::string_view op,
                                        std::int64_t a,
                                        std::int64_t b);
std::optional<float> ApplyBinary(std::string_view op, float a, float b);

/// Equal, Less, LessOrEqual, Greater, GreaterOrEqual, And, Or.
std::optional<bool> Compare(std::string_view op,
                            std::int64_t a,
                            std::int64_t b);
std::optional<bool> Compare(std::string_view op, float a, float b);

/// Neg, Abs; Not and Relu of whole numbers; Floor, Ceil, Round (ties to even)
/// and Sqrt of fractions.
std::optional<std::int64_t> ApplyUnary(std::string_view op, std::int64_t a);
std::optional<float> ApplyUnary(std::string_view op, float a);

}  // namespace mien
