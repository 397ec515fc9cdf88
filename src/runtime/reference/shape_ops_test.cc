// SPDX-License-Identifier: Apache-2.0
//
// Expected values: worked by hand.
#include <cmath>
#include <limits>

#include "runtime/reference/node_case.h"
#include "runtime/reference/numbers.h"

namespace mien {
namespace {

TEST(Shape, GivesExtentsOrAPartOfThem) {
  NodeCase node = {.op_type = "Shape", .inputs = {Counted({2, 3, 4})}};
  ExpectInts(Output(node), {3}, {2, 3, 4});
  node.attributes = {{"start", std::int64_t{-2}}, {"end", std::int64_t{-1}}};
  ExpectInts(Output(node), {1}, {3});
  node.attributes = {{"start", std::int64_t{5}}};
  ExpectInts(Output(node), {0}, {});
}

TEST(Size, CountsElements) {
  ExpectInts(
      Output({.op_type = "Size", .inputs = {Counted({2, 3, 4})}}), {}, {24});
}

TEST(Cast, CutsTowardsZeroAndStaysInRange) {
  constexpr std::int64_t kOnnxInt8 = 3;
  const Tensor x = Floats({6}, {-1.9F, 1.9F, 300, -300, std::nanf(""), 127.5F});
  ExpectInts(Output({.op_type = "Cast",
                     .inputs = {x},
                     .attributes = {{"to", kOnnxInt8}}}),
             {6},
             {-1, 1, 127, -128, 0, 127});
}

TEST(Cast, KeepsTheLargestInteger) {
  constexpr std::int64_t kOnnxInt64 = 7;
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  const NodeCase same = {.op_type = "Cast",
                         .inputs = {Ints({kLargest})},
                         .attributes = {{"to", kOnnxInt64}}};
  ExpectInts(Output(same), {1}, {kLargest});
  const NodeCase wide = {.op_type = "Cast",
                         .inputs = {Floats({1}, {1e30F})},
                         .attributes = {{"to", kOnnxInt64}}};
  ExpectInts(Output(wide), {1}, {kLargest});
}

TEST(Cast, NamesATypeThatItDoesNotKnow) {
  EXPECT_EQ(FailureOf({.op_type = "Cast",
                       .inputs = {Counted({1})},
                       .attributes = {{"to", std::int64_t{8}}}}),
            "node (Cast, opset 13): type 8");
}

TEST(ConstantOfShape, RepeatsItsValue) {
  NodeCase node = {.op_type = "ConstantOfShape", .inputs = {Ints({2, 1})}};
  ExpectFloats(Output(node), {2, 1}, {0, 0});
  node.attributes["value"] = Ints({7});
  ExpectInts(Output(node), {2, 1}, {7, 7});
}

TEST(Range, StopsBeforeItsLimit) {
  ExpectInts(Output({.op_type = "Range",
                     .inputs = {IntScalar(3), IntScalar(-2), IntScalar(-2)}}),
             {3},
             {3, 1, -1});
  ExpectFloats(
      Output(
          {.op_type = "Range",
           .inputs = {Floats({}, {0}), Floats({}, {1}), Floats({}, {0.4F})}}),
      {3},
      {0, 0.4F, 0.8F});
  ExpectInts(Output({.op_type = "Range",
                     .inputs = {IntScalar(3), IntScalar(0), IntScalar(1)}}),
             {0},
             {});
}

TEST(Range, RefusesAStepOfZero) {
  EXPECT_EQ(FailureOf({.op_type = "Range",
                       .inputs = {IntScalar(0), IntScalar(1), IntScalar(0)}}),
            "node (Range, opset 13): has too many elements");
}

TEST(Numbers, RoundToHalfPrecision) {
  // 1 + 2^-11 lies half way and goes to the even 1; 65520 overflows; 2^-24 is
  // the smallest subnormal, 2^-25 half of it.
  const double values[] = {
      1.0 + 0x1p-11, 1.0 + 0x1.8p-10, 65519.0, 65520.0, 0x1p-24, 0x1p-25, -0.0};
  const Tensor half = reference::FromDoubles(DataType::kFloat16, {7}, values);
  const auto bits = half.values<std::uint16_t>();
  const std::vector<std::uint16_t> expected = {
      0x3C00, 0x3C02, 0x7BFF, 0x7C00, 0x0001, 0x0000, 0x8000};
  EXPECT_EQ(std::vector<std::uint16_t>(bits.begin(), bits.end()), expected);
}

Tensor Bytes(DataType type, Shape shape, std::vector<std::int64_t> values) {
  return Tensor::Integers(type, std::move(shape), values);
}

TEST(QuantizeLinear, RoundsTiesToEvenAndSaturates) {
  // ONNX's own example (QuantizeLinear, test_quantizelinear), and ties.
  NodeCase node = {.op_type = "QuantizeLinear",
                   .inputs = {Floats({8}, {0, 2, 3, 1000, -254, -1000, 1, 5}),
                              Floats({}, {2}),
                              Bytes(DataType::kUint8, {}, {128})}};
  ExpectInts(Output(node), {8}, {128, 129, 130, 255, 1, 0, 128, 130});
  node.inputs[2] = Bytes(DataType::kInt8, {}, {1});
  ExpectInts(Output(node), {8}, {1, 2, 3, 127, -126, -128, 1, 3});
}

TEST(DequantizeLinear, TakesAScalePerIndexOfItsAxis) {
  ExpectFloats(
      Output({.op_type = "DequantizeLinear",
              .inputs = {Bytes(DataType::kInt8, {2, 2}, {1, -2, 3, -128}),
                         Floats({2}, {0.5F, 2.0F}),
                         Bytes(DataType::kInt8, {2}, {0, 1})},
              .attributes = {{"axis", std::int64_t{0}}}}),
      {2, 2},
      {0.5F, -1.0F, 4.0F, -258.0F});
}

TEST(DequantizeLinear, NamesScalesThatDoNotFit) {
  EXPECT_EQ(
      FailureOf({.op_type = "DequantizeLinear",
                 .inputs = {Bytes(DataType::kInt8, {1, 2}, {1, -2}),
                            Floats({3}, {1, 1, 1})}}),
      "node (DequantizeLinear, opset 13): has 3 scales for axis 1 of [1, 2]");
}

TEST(Numbers, RoundToBfloat16) {
  EXPECT_EQ(reference::RoundToBfloat16(1.0F + 0x1p-8F), 1.0F);
  EXPECT_EQ(reference::RoundToBfloat16(1.0F + 0x1.8p-8F), 1.0F + 0x1p-7F);
  EXPECT_TRUE(std::isnan(reference::RoundToBfloat16(std::nanf(""))));
}

}  // namespace
}  // namespace mien
