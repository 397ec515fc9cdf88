// SPDX-License-Identifier: Apache-2.0
//
// Expected values: PyTorch 1.13 unless a comment says otherwise.
#include <cmath>
#include <limits>

#include "runtime/reference/node_case.h"

namespace mien {
namespace {

TEST(Activation, GivesTheKnownValues) {
  const Tensor x = Floats({5}, {-2, -0.5F, 0, 0.5F, 3});
  const std::map<std::string, std::vector<float>> expected = {
      {"Relu", {0, 0, 0, 0.5F, 3}},
      {"LeakyRelu", {-0.02F, -0.005F, 0, 0.5F, 3}},
      {"Elu", {-0.8646647F, -0.3934693F, 0, 0.5F, 3}},
      {"Gelu", {-0.0455001F, -0.1542688F, 0, 0.3457312F, 2.99595F}},
      {"Mish", {-0.2525015F, -0.2207438F, 0, 0.3752452F, 2.986535F}},
      {"Softplus", {0.126928F, 0.474077F, 0.6931472F, 0.974077F, 3.048587F}},
      {"Sigmoid", {0.1192029F, 0.3775407F, 0.5F, 0.6224594F, 0.9525741F}},
      {"Tanh", {-0.9640276F, -0.4621172F, 0, 0.4621172F, 0.9950548F}},
      {"HardSwish", {-0.3333333F, -0.2083333F, 0, 0.2916667F, 3}},
      {"Erf", {-0.9953223F, -0.5204999F, 0, 0.5204999F, 0.9999779F}},
      {"HardSigmoid", {0.1F, 0.4F, 0.5F, 0.6F, 1}},  // by hand, from here on
      {"Abs", {2, 0.5F, 0, 0.5F, 3}},
      {"Neg", {2, 0.5F, 0, -0.5F, -3}},
      {"Sign", {-1, -1, 0, 1, 1}},
      {"Floor", {-2, -1, 0, 0, 3}},
      {"Ceil", {-2, 0, 0, 1, 3}},
      {"Round", {-2, 0, 0, 0, 3}}};
  for (const auto& [op_type, values] : expected) {
    SCOPED_TRACE(op_type);
    ExpectFloats(Output({.op_type = op_type, .inputs = {x}}), {5}, values);
  }
}

TEST(Activation, TakesItsParametersFromAttributes) {
  const Tensor x = Floats({2}, {-1, 2});
  ExpectFloats(Output({.op_type = "LeakyRelu",
                       .inputs = {x},
                       .attributes = {{"alpha", 0.5F}}}),
               {2},
               {-0.5F, 2});
  ExpectFloats(Output({.op_type = "HardSigmoid",
                       .inputs = {x},
                       .attributes = {{"alpha", 0.25F}, {"beta", 0.375F}}}),
               {2},
               {0.125F, 0.875F});
}

TEST(Gelu, IsApproximatedByTanhOnRequest) {
  ExpectFloats(Output({.op_type = "Gelu",
                       .inputs = {Floats({2}, {-2, 3})},
                       .attributes = {{"approximate", std::string("tanh")}}}),
               {2},
               {-0.04540229F, 2.996363F});
}

TEST(Clip, TakesLimitsFromAttributes) {
  ExpectFloats(Output({.op_type = "Clip",
                       .inputs = {Floats({3}, {-7, 1, 7})},
                       .attributes = {{"min", 0.0F}, {"max", 6.0F}}}),
               {3},
               {0, 1, 6});
}

TEST(PRelu, TakesOneSlopeOrOneAChannel) {
  const Tensor x = Floats({1, 2, 1, 2}, {-1, 1, -2, 2});
  ExpectFloats(Output({.op_type = "PRelu",
                       .inputs = {x, Floats({2, 1, 1}, {0.5F, 0.25F})}}),
               {1, 2, 1, 2},
               {-0.5F, 1, -0.5F, 2});
  ExpectFloats(Output({.op_type = "PRelu", .inputs = {x, Floats({1}, {0.5F})}}),
               {1, 2, 1, 2},
               {-0.5F, 1, -1, 2});
}

TEST(Binary, StretchesBothOperands) {
  const Tensor column = Floats({2, 1}, {10, 20});
  const Tensor row = Floats({3}, {1, 2, 3});
  ExpectFloats(Output({.op_type = "Add", .inputs = {column, row}}),
               {2, 3},
               {11, 12, 13, 21, 22, 23});
  ExpectFloats(Output({.op_type = "Sub", .inputs = {column, row}}),
               {2, 3},
               {9, 8, 7, 19, 18, 17});
  ExpectFloats(Output({.op_type = "Mul", .inputs = {row, column}}),
               {2, 3},
               {10, 20, 30, 20, 40, 60});
  ExpectFloats(Output({.op_type = "Div", .inputs = {column, row}}),
               {2, 3},
               {10, 5, 3.3333333F, 20, 10, 6.6666667F},
               1e-5F);
  ExpectFloats(Output({.op_type = "Pow", .inputs = {row, Ints({2, 0, 1})}}),
               {3},
               {1, 1, 3});
}

TEST(Binary, NamesShapesThatDoNotBroadcast) {
  EXPECT_EQ(
      FailureOf({.op_type = "Add", .inputs = {Counted({2}), Counted({3})}}),
      "node (Add, opset 13): shapes [2] and [3] do not broadcast");
}

TEST(Binary, RefusesMixedTypes) {
  EXPECT_EQ(FailureOf({.op_type = "Add", .inputs = {Counted({1}), Ints({3})}}),
            "node (Add, opset 13): operands are float32 and int64");
}

TEST(Binary, DividesIntegersTowardsZero) {
  ExpectInts(Output({.op_type = "Div",
                     .inputs = {Ints({7, -7, 7}), Ints({2, 2, -2})}}),
             {3},
             {3, -3, -3});
}

TEST(Binary, SurvivesDivisionOfIntegersByZero) {
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  ExpectInts(Output({.op_type = "Div", .inputs = {Ints({1, 0}), Ints({0})}}),
             {2},
             {kLargest, 0});
}

TEST(Mod, TakesTheSignOfTheDivisorOrOfTheDividend) {
  NodeCase mod = {.op_type = "Mod",
                  .inputs = {Ints({-4, 7, 5}), Ints({3, -3, 5})}};
  ExpectInts(Output(mod), {3}, {2, -2, 0});
  mod.attributes["fmod"] = std::int64_t{1};
  ExpectInts(Output(mod), {3}, {-1, 1, 0});
}

TEST(Variadic, TakesAnyNumberOfInputs) {
  const std::vector<std::optional<Tensor>> inputs = {
      Floats({2}, {1, 5}), Floats({1}, {3}), Floats({2}, {2, -6})};
  ExpectFloats(Output({.op_type = "Max", .inputs = inputs}), {2}, {3, 5});
  ExpectFloats(Output({.op_type = "Min", .inputs = inputs}), {2}, {1, -6});
  ExpectFloats(Output({.op_type = "Sum", .inputs = inputs}), {2}, {6, 2});
  ExpectFloats(
      Output({.op_type = "Mean", .inputs = inputs}), {2}, {2, 0.6666667F});
}

TEST(Compare, GivesBools) {
  const Tensor a = Floats({3}, {1, 2, 3});
  const Tensor b = Floats({1}, {2});
  const std::map<std::string, std::vector<std::int64_t>> expected = {
      {"Equal", {0, 1, 0}},
      {"Less", {1, 0, 0}},
      {"LessOrEqual", {1, 1, 0}},
      {"Greater", {0, 0, 1}},
      {"GreaterOrEqual", {0, 1, 1}}};
  for (const auto& [op_type, values] : expected) {
    SCOPED_TRACE(op_type);
    const Tensor y = Output({.op_type = op_type, .inputs = {a, b}});
    EXPECT_EQ(y.type(), DataType::kBool);
    ExpectInts(y, {3}, values);
  }
}

TEST(Logic, CombinesBools) {
  const auto bools = [](std::vector<std::byte> bytes) {
    return Tensor(DataType::kBool, {4}, std::move(bytes));
  };
  const std::byte f{0};
  const std::byte t{1};
  const Tensor a = bools({f, f, t, t});
  const Tensor b = bools({f, t, f, t});
  ExpectInts(Output({.op_type = "And", .inputs = {a, b}}), {4}, {0, 0, 0, 1});
  ExpectInts(Output({.op_type = "Or", .inputs = {a, b}}), {4}, {0, 1, 1, 1});
  ExpectInts(Output({.op_type = "Not", .inputs = {a}}), {4}, {1, 1, 0, 0});
  ExpectFloats(
      Output({.op_type = "Where",
              .inputs = {a, Floats({4}, {1, 2, 3, 4}), Floats({1}, {-1})}}),
      {4},
      {-1, -1, 3, 4});
}

}  // namespace
}  // namespace mien
