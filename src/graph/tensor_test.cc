// SPDX-License-Identifier: Apache-2.0
#include "graph/tensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

#include "graph/half.h"

namespace mien {
namespace {

using ::testing::ElementsAre;

Tensor FromBits(DataType type, std::vector<std::uint16_t> bits) {
  std::vector<std::byte> bytes(bits.size() * 2);
  std::memcpy(bytes.data(), bits.data(), bytes.size());
  return {type, {static_cast<std::int64_t>(bits.size())}, std::move(bytes)};
}

TEST(Tensor, StartsAsAScalarZero) {
  const Tensor tensor;
  EXPECT_TRUE(tensor.shape().empty());
  EXPECT_THAT(tensor.values<float>(), ElementsAre(0.0F));
}

TEST(Tensor, RefusesBytesThatDoNotFit) {
  EXPECT_THROW(Tensor(DataType::kFloat32, {2}, std::vector<std::byte>(7)),
               std::logic_error);
}

// Bit patterns from IEEE 754-2008, table 3.5: 1, -2, 65504, the smallest
// subnormal 2^-24, the largest subnormal, infinity.
TEST(Tensor, WidensHalfPrecision) {
  const Tensor half =
      FromBits(DataType::kFloat16,
               {0x3C00, 0xC000, 0x7BFF, 0x0001, 0x03FF, 0x7C00, 0x8000});
  EXPECT_THAT(half.ToFloats(),
              ElementsAre(1.0F,
                          -2.0F,
                          65504.0F,
                          5.9604645e-8F,
                          6.0975552e-5F,
                          std::numeric_limits<float>::infinity(),
                          -0.0F));
  EXPECT_TRUE(std::isnan(FloatFromHalf(0x7E00)));
}

TEST(Tensor, WidensBfloat16) {
  EXPECT_THAT(FromBits(DataType::kBfloat16, {0x3F80, 0xC049}).ToFloats(),
              ElementsAre(1.0F, -3.140625F));
}

TEST(Bfloat16FromFloat, RoundsTiesToEven) {
  EXPECT_EQ(Bfloat16FromFloat(1.0F), 0x3F80);
  EXPECT_EQ(Bfloat16FromFloat(1.00390625F), 0x3F80);  // 1 + 2^-8, a tie
  EXPECT_EQ(Bfloat16FromFloat(1.01171875F), 0x3F82);  // 1 + 3 * 2^-8, a tie
  EXPECT_TRUE(std::isnan(FloatFromBfloat16(Bfloat16FromFloat(NAN))));
}

TEST(Tensor, ConvertsIntegersBothWays) {
  const std::array<std::int64_t, 3> values = {-1, 0, 7};
  for (const DataType type :
       {DataType::kInt8, DataType::kInt32, DataType::kInt64}) {
    const Tensor tensor = Tensor::Integers(type, {3}, values);
    EXPECT_EQ(tensor.type(), type);
    EXPECT_THAT(tensor.ToInts(), ElementsAre(-1, 0, 7));
    EXPECT_THAT(tensor.ToFloats(), ElementsAre(-1.0F, 0.0F, 7.0F));
  }
  EXPECT_THAT(Tensor::Integers(DataType::kBool, {3}, values).ToInts(),
              ElementsAre(1, 0, 1));
}

TEST(Tensor, SharesItsElementsWhenReshaped) {
  const std::array<float, 4> values = {1, 2, 3, 4};
  const Tensor flat = Tensor::Float({4}, values);
  const Tensor square = flat.Reshaped({2, 2});
  EXPECT_EQ(square.shape(), (Shape{2, 2}));
  EXPECT_EQ(square.bytes().data(), flat.bytes().data());
  EXPECT_THROW((void)flat.Reshaped({3}), std::logic_error);
}

TEST(CheckedNumElements, SeesOverflowAndNegativeExtents) {
  EXPECT_EQ(CheckedNumElements({2, 3}), 6);
  EXPECT_EQ(CheckedNumElements({}), 1);
  EXPECT_EQ(CheckedNumElements({0, 5}), 0);
  EXPECT_EQ(CheckedNumElements({2, -1}), std::nullopt);
  const std::int64_t huge = std::int64_t{1} << 40;
  EXPECT_EQ(CheckedNumElements({huge, huge}), std::nullopt);
  EXPECT_EQ(CheckedNumElements({0, huge, huge}), std::nullopt);
}

TEST(ShapeText, WritesFreeExtentsAsQuestionMarks) {
  EXPECT_EQ(ShapeText({kDynamicDim, 3, 160}), "[?, 3, 160]");
  EXPECT_EQ(ShapeText({}), "[]");
}

TEST(Tensor, MakesDeferredElementsWhenAsked) {
  const std::vector<float> values = {1, 2, 3, 4};
  std::vector<std::byte> shifted(1 + sizeof(float) * 4);
  std::memcpy(shifted.data() + 1, values.data(), sizeof(float) * 4);
  const auto owner = std::make_shared<const std::vector<std::byte>>(shifted);
  const Tensor tensor = Tensor::Deferred(
      DataType::kFloat32,
      {2, 2},
      {owner, std::span(*owner).subspan(1), DataType::kFloat32, {}});
  EXPECT_EQ(tensor.ToFloats(), values);
  EXPECT_EQ(tensor.ScaledRows(std::array{1.0, 10.0}).ToFloats(),
            (std::vector<float>{1, 2, 30, 40}));
}

TEST(Tensor, WidensHalvesWhereTheyLie) {
  const Tensor halves =
      FromBits(DataType::kFloat16, {0x3C00, 0xC000, 0x4200, 0x4400});
  const Tensor wide = halves.Reshaped({2, 2}).AsFloat32();
  EXPECT_EQ(wide.type(), DataType::kFloat32);
  EXPECT_EQ(wide.stored().bytes.data(), halves.bytes().data());
  EXPECT_THAT(wide.values<float>(), ElementsAre(1, -2, 3, 4));
  EXPECT_THAT(wide.ScaledRows(std::array{2.0, 0.5}).values<float>(),
              ElementsAre(2, -4, 1.5, 2));
}

TEST(Tensor, SharesFloatsThatAreFloatsAlready) {
  const Tensor floats = Tensor::Float({1}, {{3.0F}});
  EXPECT_EQ(floats.AsFloat32().identity(), floats.identity());
  const Tensor integers = Tensor::Int64({1}, {{3}});
  EXPECT_EQ(integers.AsFloat32().ToFloats(), std::vector{3.0F});
}

TEST(Tensor, JoinsScalesOfRows) {
  const Tensor tensor = Tensor::Float({2}, {{3.0F, 5.0F}});
  const Tensor scaled =
      tensor.ScaledRows(std::array{2.0, 1.0}).ScaledRows(std::array{0.5, 4.0});
  EXPECT_EQ(scaled.stored().row_scales, (std::vector<double>{1.0, 4.0}));
  EXPECT_EQ(scaled.ToFloats(), (std::vector<float>{3.0F, 20.0F}));
  EXPECT_NE(scaled.identity(), tensor.identity());
}

TEST(Tensor, ScalesTheRowsOfOtherExtents) {
  const Tensor tensor = Tensor::Float({2, 2}, {{1, 2, 3, 4}});
  const Tensor rows = tensor.ScaledRows(std::array{10.0, 1.0}).Reshaped({4, 1});
  EXPECT_THAT(rows.ScaledRows(std::array{1.0, 2.0, 3.0, 4.0}).ToFloats(),
              ElementsAre(10, 40, 9, 16));
}

}  // namespace
}  // namespace mien
