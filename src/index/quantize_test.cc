// SPDX-License-Identifier: Apache-2.0
#include "index/quantize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <vector>

namespace mien {
namespace {

TEST(QuantizeToInt8, KeepsWhatFits) {
  const std::array<float, 4> vector = {1.27F, -0.5F, 0.0F, 0.01F};
  std::array<std::int8_t, 4> values{};
  const Quantized q = QuantizeToInt8(vector, values);
  EXPECT_THAT(values, testing::ElementsAre(127, -50, 0, 1));
  EXPECT_FLOAT_EQ(q.scale, 0.01F);
  EXPECT_NEAR(q.error, 0.0F, 1e-7F);
  EXPECT_NEAR(q.norm, std::sqrt(1.27F * 1.27F + 0.25F + 0.0001F), 1e-6F);
}

TEST(QuantizeToInt8, StatesTheLengthOfItsError) {
  // Steps of 1: 126.5 rounds to 127, 0.25 to 0.
  const std::array<float, 3> vector = {127.0F, 126.5F, 0.25F};
  std::array<std::int8_t, 3> values{};
  const Quantized q = QuantizeToInt8(vector, values);
  EXPECT_NEAR(q.error, std::sqrt(0.5F * 0.5F + 0.25F * 0.25F), 1e-6F);
}

TEST(QuantizeToInt8, TakesZeros) {
  const std::vector<float> zeros(8);
  std::vector<std::int8_t> values(8, 1);
  const Quantized q = QuantizeToInt8(zeros, values);
  EXPECT_EQ(q.scale, 0.0F);
  EXPECT_THAT(values, testing::Each(0));
}

TEST(QuantizeToInt8, ErrorBoundsEveryDotProduct) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<float> x(64);
    std::vector<float> y(64);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = normal(random);
      y[i] = normal(random);
    }
    std::vector<std::int8_t> values(64);
    const Quantized q = QuantizeToInt8(x, values);
    double exact = 0.0;
    double rounded = 0.0;
    double y_norm = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      exact += static_cast<double>(x[i]) * y[i];
      rounded += static_cast<double>(q.scale) * values[i] * y[i];
      y_norm += static_cast<double>(y[i]) * y[i];
    }
    EXPECT_LE(std::abs(exact - rounded), q.error * std::sqrt(y_norm) + 1e-9);
  }
}

}  // namespace
}  // namespace mien
