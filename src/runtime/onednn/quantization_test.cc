// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/quantization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace mien::onednn {
namespace {

using ::testing::ElementsAre;

std::vector<int> Quantized(const QuantizeLoop& loop,
                           const std::vector<float>& from) {
  std::vector<std::byte> to(from.size() + 1, std::byte{99});
  loop.Run(from.data(), to.data());
  EXPECT_EQ(to.back(), std::byte{99}) << "wrote beyond the end";
  std::vector<int> values;
  for (std::size_t i = 0; i < from.size(); ++i) {
    values.push_back(loop.quantization.type == DataType::kInt8
                         ? static_cast<std::int8_t>(to[i])
                         : static_cast<std::uint8_t>(to[i]));
  }
  return values;
}

TEST(QuantizeLoop, RoundsTiesToEvenAndSaturates) {
  const std::vector<float> x = {
      0, 1, 3, 5, -3, 1e9F, -1e9F, std::numeric_limits<float>::quiet_NaN()};
  EXPECT_THAT(Quantized({.rows = 1,
                         .channels = x.size(),
                         .slopes = {},
                         .quantization = {DataType::kUint8, 2.0F, 10}},
                        x),
              ElementsAre(10, 10, 12, 12, 8, 255, 0, 0));
  EXPECT_THAT(Quantized({.rows = 1,
                         .channels = x.size(),
                         .slopes = {},
                         .quantization = {DataType::kInt8, 2.0F, 0}},
                        x),
              ElementsAre(0, 0, 2, 2, -2, 127, -128, -128));
}

TEST(QuantizeLoop, GivesEachChannelItsSlope) {
  // 18 channels: more than a vector holds.
  QuantizeLoop loop{.rows = 2,
                    .channels = 18,
                    .slopes = {},
                    .quantization = {DataType::kInt8, 1.0F, 0}};
  std::vector<float> x;
  std::vector<int> expected;
  for (int row = 0; row < 2; ++row) {
    for (int c = 0; c < 18; ++c) {
      x.push_back(row == 0 ? -6.0F : 6.0F);
      expected.push_back(row == 0 ? -6 * (c % 3) : 6);
    }
  }
  for (int c = 0; c < 18; ++c) {
    loop.slopes.push_back(static_cast<float>(c % 3));
  }
  EXPECT_EQ(Quantized(loop, x), expected);
}

TEST(DequantizeLoop, SubtractsTheZeroPoint) {
  const std::vector<std::byte> bytes = {
      std::byte{0}, std::byte{130}, std::byte{255}};
  std::vector<float> floats(3);
  DequantizeLoop({DataType::kUint8, 0.5F, 128}, bytes.data(), 3, floats.data());
  EXPECT_THAT(floats, ElementsAre(-64.0F, 1.0F, 63.5F));
  DequantizeLoop({DataType::kInt8, 0.5F, 0}, bytes.data(), 3, floats.data());
  EXPECT_THAT(floats, ElementsAre(0.0F, -63.0F, -0.5F));
}

TEST(ToByteWeights, GivesEveryRowItsScale) {
  const ByteWeights bytes = ToByteWeights(
      Tensor::Float({3, 2}, {{254.0F, -1.0F, 0.5F, 1.27F, 0.0F, 0.0F}}));
  EXPECT_THAT(bytes.scales, ElementsAre(2.0F, 0.01F, 1.0F));
  EXPECT_THAT(bytes.integers.ToInts(), ElementsAre(127, 0, 50, 127, 0, 0));
}

TEST(ToByteWeights, GivesBackWhatWereIntegers) {
  std::vector<float> values;
  std::vector<std::int64_t> integers;
  const float scale = 0.0037F;
  for (int i = -127; i <= 127; ++i) {
    integers.push_back(i);
    values.push_back(static_cast<float>(i) * scale);
  }
  EXPECT_EQ(ToByteWeights(Tensor::Float({1, 255}, values)).integers.ToInts(),
            integers);
}

/// [2, 2] signed bytes with a step for each row.
Tensor StoredBytes(std::vector<std::int64_t> values) {
  StoredElements stored =
      Tensor::Integers(DataType::kInt8, {2, 2}, values).stored();
  stored.row_scales = {0.5, 0.25};
  return Tensor::Deferred(DataType::kFloat32, {2, 2}, stored);
}

TEST(ToByteWeights, SharesBytesThatComeBackAsTheyAreStored) {
  const Tensor weights = StoredBytes({127, -2, 3, -127});
  const ByteWeights bytes = ToByteWeights(weights);
  EXPECT_THAT(bytes.scales, ElementsAre(0.5F, 0.25F));
  EXPECT_EQ(bytes.integers.stored().bytes.data(),
            weights.stored().bytes.data());
  EXPECT_THAT(bytes.integers.ToInts(), ElementsAre(127, -2, 3, -127));
}

TEST(ToByteWeights, StretchesBytesThatUseLessThanTheRange) {
  const ByteWeights bytes = ToByteWeights(StoredBytes({127, -2, 63, -1}));
  EXPECT_THAT(bytes.integers.ToInts(), ElementsAre(127, -2, 127, -2));
  EXPECT_FLOAT_EQ(bytes.scales[1], 0.25F * 63.0F / 127.0F);
}

}  // namespace
}  // namespace mien::onednn
