// SPDX-License-Identifier: Apache-2.0
#include "graph/shapes/scalar_arithmetic.h"

#include <gtest/gtest.h>

#include <limits>

namespace mien {
namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::optional<std::int64_t> Whole(std::string_view op,
                                  std::int64_t a,
                                  std::int64_t b) {
  return ApplyBinary(op, a, b);
}

TEST(ScalarArithmetic, ComputesWithWholeNumbers) {
  EXPECT_EQ(Whole("Add", 2, 3), 5);
  EXPECT_EQ(Whole("Sub", 2, 3), -1);
  EXPECT_EQ(Whole("Mul", -2, 3), -6);
  EXPECT_EQ(Whole("Max", 2, 3), 3);
  EXPECT_EQ(Whole("Min", 2, 3), 2);
  EXPECT_EQ(Whole("Pow", 2, 3), std::nullopt);
}

TEST(ScalarArithmetic, DividesTowardsZero) {
  EXPECT_EQ(Whole("Div", 7, 2), 3);
  EXPECT_EQ(Whole("Div", -7, 2), -3);
}

// Python's rule, which ONNX Mod follows: -7 % 2 is 1, 7 % -2 is -1.
TEST(ScalarArithmetic, GivesModTheSignOfTheDivisor) {
  EXPECT_EQ(Whole("Mod", -7, 2), 1);
  EXPECT_EQ(Whole("Mod", 7, -2), -1);
  EXPECT_EQ(Whole("Mod", 6, -2), 0);
}

TEST(ScalarArithmetic, HasNoAnswerWhereDivisionHasNone) {
  EXPECT_EQ(Whole("Div", 1, 0), std::nullopt);
  EXPECT_EQ(Whole("Mod", 1, 0), std::nullopt);
  EXPECT_EQ(Whole("Div", kLeast, -1), std::nullopt);
  EXPECT_EQ(Whole("Mod", kLeast, -1), std::nullopt);
}

TEST(ScalarArithmetic, WrapsAround) {
  EXPECT_EQ(Whole("Add", kMost, 1), kLeast);
  EXPECT_EQ(Whole("Sub", kLeast, 1), kMost);
  EXPECT_EQ(ApplyUnary("Neg", kLeast), kLeast);
  EXPECT_EQ(ApplyUnary("Abs", kLeast), kLeast);
}

TEST(ScalarArithmetic, ComputesWithFractions) {
  EXPECT_EQ(ApplyBinary("Div", 1.0F, 4.0F), 0.25F);
  EXPECT_EQ(ApplyBinary("Pow", 2.0F, 3.0F), 8.0F);
  EXPECT_EQ(ApplyUnary("Floor", -0.5F), -1.0F);
  EXPECT_EQ(ApplyUnary("Ceil", 0.5F), 1.0F);
  EXPECT_EQ(ApplyUnary("Round", 2.5F), 2.0F);
  EXPECT_EQ(ApplyUnary("Sqrt", 9.0F), 3.0F);
  EXPECT_EQ(ApplyUnary("Exp", 9.0F), std::nullopt);
}

TEST(ScalarArithmetic, Compares) {
  EXPECT_EQ(Compare("Equal", 1.0F, 1.0F), true);
  EXPECT_EQ(Compare("Less", std::int64_t{2}, std::int64_t{2}), false);
  EXPECT_EQ(Compare("LessOrEqual", std::int64_t{2}, std::int64_t{2}), true);
  EXPECT_EQ(Compare("Greater", 2.0F, 1.0F), true);
  EXPECT_EQ(Compare("GreaterOrEqual", 1.0F, 2.0F), false);
  EXPECT_EQ(Compare("And", std::int64_t{1}, std::int64_t{0}), false);
  EXPECT_EQ(Compare("Or", std::int64_t{1}, std::int64_t{0}), true);
  EXPECT_EQ(Compare("Xor", std::int64_t{1}, std::int64_t{0}), std::nullopt);
}

}  // namespace
}  // namespace mien
