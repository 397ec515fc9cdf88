// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "nets/nets.h"

namespace mien::nets {
namespace {

const ParameterSpec kConv = {.name = "conv1.weight",
                             .kind = ParameterKind::kConvWeight,
                             .shape = {64, 32, 3, 3},
                             .fan_in = 288,
                             .fan_out = 576,
                             .rectified = true};

struct Moments {
  double mean = 0.0;
  double variance = 0.0;
};

Moments MomentsOf(const Tensor& tensor) {
  Moments moments;
  const auto values = tensor.values<float>();
  for (const float value : values) {
    moments.mean += value;
    moments.variance += static_cast<double>(value) * value;
  }
  moments.mean /= static_cast<double>(values.size());
  moments.variance /= static_cast<double>(values.size());
  return moments;
}

TEST(RandomParameters, GiveRectifiedConvolutionsTheVarianceOfHe) {
  const Moments moments = MomentsOf(RandomParameters(1)(kConv));
  EXPECT_NEAR(moments.mean, 0.0, 0.002);
  EXPECT_NEAR(moments.variance, 2.0 / 288, 0.02 * 2.0 / 288);
}

TEST(RandomParameters, GiveOtherLayersTheVarianceOfGlorot) {
  ParameterSpec spec = kConv;
  spec.rectified = false;
  const Moments moments = MomentsOf(RandomParameters(1)(spec));
  EXPECT_NEAR(moments.mean, 0.0, 0.002);
  EXPECT_NEAR(moments.variance, 2.0 / 864, 0.02 * 2.0 / 864);
}

TEST(RandomParameters, GiveTheSameNumbersOnEveryMachine) {
  // Computed in Python with exact integers; see the generator's definition.
  const Tensor tensor = RandomParameters(42)(kConv);
  EXPECT_EQ(tensor.values<float>()[0], -0.130552143F);
  EXPECT_EQ(tensor.values<float>()[1], -0.0960606635F);
}

TEST(RandomParameters, DifferBySeedAndByName) {
  ParameterSpec other = kConv;
  other.name = "conv2.weight";
  const float first = RandomParameters(1)(kConv).values<float>()[0];
  EXPECT_NE(first, RandomParameters(2)(kConv).values<float>()[0]);
  EXPECT_NE(first, RandomParameters(1)(other).values<float>()[0]);
}

TEST(RandomParameters, LeaveBatchNormAsTheIdentity) {
  const auto first = [](ParameterKind kind) {
    return RandomParameters(1)({.name = "bn.x", .kind = kind, .shape = {4}})
        .values<float>()[0];
  };
  EXPECT_EQ(first(ParameterKind::kNormScale), 1.0F);
  EXPECT_EQ(first(ParameterKind::kNormVariance), 1.0F);
  EXPECT_EQ(first(ParameterKind::kNormShift), 0.0F);
  EXPECT_EQ(first(ParameterKind::kNormMean), 0.0F);
  EXPECT_EQ(first(ParameterKind::kBias), 0.0F);
}

}  // namespace
}  // namespace mien::nets
