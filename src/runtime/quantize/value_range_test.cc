// SPDX-License-Identifier: Apache-2.0
#include "runtime/quantize/value_range.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace mien::quantize {
namespace {

std::vector<float> Normal(int count) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> values;
  for (int i = 0; i < count; ++i) {
    values.push_back(normal(random));
  }
  return values;
}

TEST(ValueObserver, SeesTheLeastAndTheLargest) {
  ValueObserver observer;
  observer.Observe(std::vector<float>{-0.5F, 3.0F});
  observer.Observe(
      std::vector<float>{7.0F, std::numeric_limits<float>::infinity(), NAN});
  const ValueRange range = observer.Choose(RangeMethod::kMinMax);
  EXPECT_EQ(range.low, -0.5F);
  EXPECT_EQ(range.high, 7.0F);
}

TEST(ValueObserver, HoldsZero) {
  ValueObserver observer;
  observer.Observe(std::vector<float>{2.0F, 3.0F});
  for (const RangeMethod method : {RangeMethod::kMinMax,
                                   RangeMethod::kPercentile,
                                   RangeMethod::kEntropy}) {
    EXPECT_EQ(observer.Choose(method).low, 0.0F);
    EXPECT_GT(observer.Choose(method).high, 0.0F);
  }
}

TEST(ValueObserver, LeavesOutOneInTenThousand) {
  ValueObserver observer;
  std::vector<float> values = Normal(200000);
  values.push_back(1000.0F);  // an outlier that grows the histogram
  observer.Observe(values);
  const ValueRange range = observer.Choose(RangeMethod::kPercentile);
  // The quantile of 1 - 0.5e-4 of the normal distribution is 3.891.
  EXPECT_NEAR(range.high, 3.89F, 0.5F);
  EXPECT_NEAR(range.low, -3.89F, 0.5F);
  EXPECT_EQ(observer.Choose(RangeMethod::kMinMax).high, 1000.0F);
}

TEST(ValueObserver, GivesUpOutliersForFinerLevels) {
  ValueObserver observer;
  std::vector<float> values = Normal(100000);
  observer.Observe(values);
  observer.Observe(std::vector<float>{-16.0F, 16.0F});
  const ValueRange range = observer.Choose(RangeMethod::kEntropy);
  EXPECT_LT(range.high, 8.0F);
  EXPECT_GT(range.high, 2.5F);
}

TEST(ValueObserver, KeepsAnEvenDistributionWhole) {
  ValueObserver observer;
  std::vector<float> values;
  for (int i = 0; i < 100000; ++i) {
    values.push_back(static_cast<float>(i) / 100000.0F);
  }
  observer.Observe(values);
  EXPECT_GT(observer.Choose(RangeMethod::kEntropy).high, 0.95F);
}

TEST(ValueObserver, LooksPastZeros) {
  ValueObserver observer;
  std::vector<float> values;
  for (int i = 0; i < 20000; ++i) {
    values.push_back(static_cast<float>(i) / 20000.0F);
  }
  observer.Observe(values);
  observer.Observe(std::vector<float>(200000));
  EXPECT_GT(observer.Choose(RangeMethod::kEntropy).high, 0.95F);
  EXPECT_GT(observer.Choose(RangeMethod::kPercentile).high, 0.99F);
}

TEST(RangeMethod, IsNamed) {
  for (const char* name : {"minmax", "percentile", "entropy"}) {
    EXPECT_EQ(RangeMethodName(ParseRangeMethod(name).value()), name);
  }
  EXPECT_EQ(ParseRangeMethod("best").error().message,
            "method is best; must be minmax, percentile or entropy");
}

}  // namespace
}  // namespace mien::quantize
