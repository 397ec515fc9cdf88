// SPDX-License-Identifier: Apache-2.0
#include "graph/shapes/scalar_arithmetic.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mien {
namespace {

// Whole numbers wrap, as they do in every runtime.
std::int64_t Wrap(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

std::uint64_t Bits(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

template <typename T>
std::optional<bool> CompareAs(std::string_view op, T a, T b) {
  if (op == "Equal") {
    return a == b;
  }
  if (op == "Less") {
    return a < b;
  }
  if (op == "LessOrEqual") {
    return a <= b;
  }
  if (op == "Greater") {
    return a > b;
  }
  if (op == "GreaterOrEqual") {
    return a >= b;
  }
  if (op == "And") {
    return a != T{0} && b != T{0};
  }
  if (op == "Or") {
    return a != T{0} || b != T{0};
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> ApplyBinary(std::string_view op,
                                        std::int64_t a,
                                        std::int64_t b) {
  if (op == "Add" || op == "Sum") {
    return Wrap(Bits(a) + Bits(b));
  }
  if (op == "Sub") {
    return Wrap(Bits(a) - Bits(b));
  }
  if (op == "Mul") {
    return Wrap(Bits(a) * Bits(b));
  }
  if (op == "Div" || op == "Mod") {
    const bool has_answer =
        b != 0 && !(b == -1 && a == std::numeric_limits<std::int64_t>::min());
    if (!has_answer) {
      return std::nullopt;
    }
    // Mod of whole numbers takes the sign of the divisor, as Python's.
    const std::int64_t rest = a % b;
    const bool is_crossed = rest != 0 && (rest < 0) != (b < 0);
    return op == "Div" ? a / b : rest + (is_crossed ? b : 0);
  }
  if (op == "Max") {
    return std::max(a, b);
  }
  if (op == "Min") {
    return std::min(a, b);
  }
  return std::nullopt;
}

std::optional<float> ApplyBinary(std::string_view op, float a, float b) {
  if (op == "Add" || op == "Sum") {
    return a + b;
  }
  if (op == "Sub") {
    return a - b;
  }
  if (op == "Mul") {
    return a * b;
  }
  if (op == "Div") {
    return a / b;
  }
  if (op == "Pow") {
    return std::pow(a, b);
  }
  if (op == "Max") {
    return std::max(a, b);
  }
  if (op == "Min") {
    return std::min(a, b);
  }
  return std::nullopt;
}

std::optional<bool> Compare(std::string_view op,
                            std::int64_t a,
                            std::int64_t b) {
  return CompareAs(op, a, b);
}

std::optional<bool> Compare(std::string_view op, float a, float b) {
  return CompareAs(op, a, b);
}

std::optional<std::int64_t> ApplyUnary(std::string_view op, std::int64_t a) {
  if (op == "Neg") {
    return Wrap(0 - Bits(a));
  }
  if (op == "Abs") {
    return a < 0 ? Wrap(0 - Bits(a)) : a;
  }
  if (op == "Not") {
    return a == 0 ? 1 : 0;
  }
  if (op == "Relu") {
    return std::max<std::int64_t>(a, 0);
  }
  return std::nullopt;
}

std::optional<float> ApplyUnary(std::string_view op, float a) {
  if (op == "Neg") {
    return -a;
  }
  if (op == "Abs") {
    return std::abs(a);
  }
  if (op == "Floor") {
    return std::floor(a);
  }
  if (op == "Ceil") {
    return std::ceil(a);
  }
  if (op == "Round") {
    return std::nearbyint(a);  // ties to even
  }
  if (op == "Sqrt") {
    return std::sqrt(a);
  }
  return std::nullopt;
}

}  // namespace mien
