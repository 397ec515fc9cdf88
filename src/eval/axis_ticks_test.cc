// SPDX-License-Identifier: Apache-2.0
#include "eval/axis_ticks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace mien {
namespace {

using testing::ElementsAre;

std::vector<std::string> Labels(const AxisRange& range, AxisScale scale) {
  std::vector<std::string> labels;
  for (const AxisTick& tick : AxisTicks(range, scale)) {
    if (!tick.label.empty()) {
      labels.push_back(tick.label);
    }
  }
  return labels;
}

TEST(AxisTicks, DivideALinearAxisByRoundNumbers) {
  EXPECT_THAT(Labels({0.0, 1.0}, AxisScale::kLinear),
              ElementsAre("0", "0.2", "0.4", "0.6", "0.8", "1"));
  EXPECT_THAT(Labels({-3.0, 17.0}, AxisScale::kLinear),
              ElementsAre("0", "5", "10", "15"));
}

TEST(AxisTicks, HaveNoNegativeZero) {
  EXPECT_THAT(Labels({-1.0, 1.0}, AxisScale::kLinear),
              ElementsAre("-1", "-0.5", "0", "0.5", "1"));
}

TEST(AxisTicks, LabelThePowersOfTenOfALogarithmicAxis) {
  EXPECT_THAT(Labels({1e-4, 1.0}, AxisScale::kLog),
              ElementsAre("10⁻⁴", "0.001", "0.01", "0.1", "1"));
  // 5 powers and 8 marks within each of 4 decades.
  EXPECT_EQ(AxisTicks({1e-4, 1.0}, AxisScale::kLog).size(), 37U);
}

TEST(AxisTicks, LabelWithinASingleDecade) {
  EXPECT_THAT(Labels({0.1, 1.0}, AxisScale::kLog),
              ElementsAre("0.1", "0.2", "0.5", "1"));
}

TEST(AxisTicks, LabelEverySecondOfManyDecades) {
  EXPECT_THAT(Labels({1e-10, 1.0}, AxisScale::kLog),
              ElementsAre("10⁻¹⁰", "10⁻⁸", "10⁻⁶", "10⁻⁴", "0.01", "1"));
}

TEST(FitRange, RoundsOutwards) {
  const std::vector<double> values = {0.13, 0.97};
  const AxisRange linear = FitRange(values, AxisScale::kLinear);
  EXPECT_DOUBLE_EQ(linear.low, 0.0);
  EXPECT_DOUBLE_EQ(linear.high, 1.0);
  const AxisRange log = FitRange(values, AxisScale::kLog);
  EXPECT_DOUBLE_EQ(log.low, 0.1);
  EXPECT_DOUBLE_EQ(log.high, 1.0);
}

TEST(FitRange, IgnoresWhatTheAxisCannotShow) {
  const std::vector<double> values = {
      -5.0, 0.0, 20.0, 300.0, std::numeric_limits<double>::quiet_NaN()};
  const AxisRange log = FitRange(values, AxisScale::kLog);
  EXPECT_DOUBLE_EQ(log.low, 10.0);
  EXPECT_DOUBLE_EQ(log.high, 1000.0);
  EXPECT_EQ(FitRange({}, AxisScale::kLinear), (AxisRange{0.0, 1.0}));
  EXPECT_EQ(FitRange({}, AxisScale::kLog), (AxisRange{0.1, 1.0}));
}

TEST(FitRange, WidensASingleValue) {
  const std::vector<double> two = {2.0, 2.0};
  EXPECT_EQ(FitRange(two, AxisScale::kLinear), (AxisRange{1.0, 3.0}));
  const std::vector<double> ten = {10.0};
  EXPECT_EQ(FitRange(ten, AxisScale::kLog), (AxisRange{10.0, 100.0}));
}

TEST(NumberText, WritesAsManyDigitsAsNeeded) {
  EXPECT_EQ(NumberText(0.99533333, 4), "0.9953");
  EXPECT_EQ(NumberText(12.0), "12");
  EXPECT_EQ(NumberText(0.1 + 0.2), "0.3");
  EXPECT_EQ(NumberText(-0.0), "0");
  EXPECT_EQ(NumberText(1e-7), "1e-07");
}

}  // namespace
}  // namespace mien
