// SPDX-License-Identifier: Apache-2.0
#include "match/wilson.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mien {
namespace {

TEST(WilsonInterval, EndsWhereTheObservedRateIsTwoDeviationsAway) {
  // That is how it is defined: |rate - p| = 1.96 sqrt(p (1 - p) / count).
  const RateInterval interval = WilsonInterval(0.05, 100.0);
  for (const double p : {interval.low, interval.high}) {
    EXPECT_NEAR(
        std::abs(0.05 - p), 1.959964 * std::sqrt(p * (1.0 - p) / 100.0), 1e-12);
  }
  EXPECT_NEAR(interval.low, 0.0215, 5e-5);
  EXPECT_NEAR(interval.high, 0.1118, 5e-5);
}

TEST(WilsonInterval, LeavesRoomWhenNothingWasObserved) {
  // z^2 / (count + z^2)
  const RateInterval none_of_ten = WilsonInterval(0.0, 10.0);
  EXPECT_EQ(none_of_ten.low, 0.0);
  EXPECT_NEAR(none_of_ten.high, 0.277533, 1e-6);
  const RateInterval all_of_ten = WilsonInterval(1.0, 10.0);
  EXPECT_NEAR(all_of_ten.low, 0.722467, 1e-6);
  EXPECT_DOUBLE_EQ(all_of_ten.high, 1.0);
}

TEST(WilsonInterval, KnowsNothingWithoutTrials) {
  const RateInterval nothing = WilsonInterval(0.0, 0.0);
  EXPECT_EQ(nothing.low, 0.0);
  EXPECT_EQ(nothing.high, 1.0);
}

}  // namespace
}  // namespace mien
