// SPDX-License-Identifier: Apache-2.0
#include "match/calibrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace mien {
namespace {

using testing::HasSubstr;

TEST(MeasureCalibration, CountsWhatReachesAThreshold) {
  // 0, 0.0005, ..., 0.9995: of 2000, the upper 10 % begin at 0.9.
  std::vector<float> similarities;
  for (int i = 0; i < 2000; ++i) {
    similarities.push_back(static_cast<float>(i) / 2000.0F);
  }
  const auto rates = MeasureCalibration(similarities);
  ASSERT_TRUE(rates);
  // 0.1, 0.05, 0.02, 0.01 and 0.005, which ten of 2000 are.
  ASSERT_EQ(rates->size(), 5U);
  EXPECT_NEAR((*rates)[0].point.fmr, 0.1, 1e-9);
  EXPECT_NEAR((*rates)[0].point.cosine_similarity, 0.8995F, 1e-3F);
  EXPECT_NEAR((*rates)[3].point.fmr, 0.01, 1e-9);
  EXPECT_NEAR((*rates)[3].point.cosine_similarity, 0.9895F, 1e-3F);
  // Wilson's interval for 20 of 2000.
  EXPECT_NEAR((*rates)[3].fmr_low, 0.00648, 1e-4);
  EXPECT_NEAR((*rates)[3].fmr_high, 0.01540, 1e-4);
}

TEST(MeasureCalibration, EqualSimilaritiesMakeOnePoint) {
  std::vector<float> similarities(1000, 0.25F);
  similarities.resize(2000, 0.0F);
  const auto rates = MeasureCalibration(similarities);
  ASSERT_TRUE(rates);
  ASSERT_EQ(rates->size(), 1U);
  EXPECT_EQ(rates->front().point.fmr, 0.0);
  EXPECT_GT(rates->front().point.cosine_similarity, 0.25F);
}

TEST(MeasureCalibration, NeedsEnoughComparisons) {
  EXPECT_THAT(MeasureCalibration(std::vector<float>(999)).error().message,
              HasSubstr("999 non-mated comparisons"));
  std::vector<float> broken(1000);
  broken[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(MeasureCalibration(broken));
}

}  // namespace
}  // namespace mien
