// SPDX-License-Identifier: Apache-2.0
#include "eval/report_plots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace mien {
namespace {

using testing::HasSubstr;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

class RocPlotsTest : public ::testing::Test {
 protected:
  RocPlotsTest() {
    std::vector<float> non_mated(200, 0.0F);
    non_mated[0] = 0.9F;
    roc_ = RocCurve(std::vector<float>{0.95F, 0.5F}, non_mated);
    methods_ = {{"lbp", 202, roc_}};
  }

  std::vector<RocPoint> roc_;
  std::vector<NamedRoc> methods_;
};

TEST_F(RocPlotsTest, BeginTheAxisAtTheDecadeOfTheSmallestRate) {
  const Plot plot = RocPlot(methods_);
  EXPECT_EQ(plot.x.scale, AxisScale::kLog);
  EXPECT_DOUBLE_EQ(*plot.x.low, 1e-3);  // one of 200 is 5e-3
  EXPECT_EQ(plot.series[0].name, "lbp, n = 202");
  ASSERT_EQ(plot.series[0].points.size(), roc_.size());
  EXPECT_EQ(plot.series[0].points[1].x, 0.0);
  EXPECT_EQ(plot.series[0].points[1].y, 0.5);
  EXPECT_EQ(*plot.y.low, 0.0);
}

TEST_F(RocPlotsTest, ShowTheUpperEndOfGoodMethods) {
  const std::vector<RocPoint> good = {{2.0F, 0.0, 0.0}, {0.5F, 0.1, 0.95}};
  const std::vector<NamedRoc> one = {{"good", 10, good}};
  EXPECT_EQ(*RocPlot(one).y.low, 0.9);
}

TEST_F(RocPlotsTest, PutMissesOnTheDet) {
  const Plot plot = DetPlot(methods_);
  EXPECT_EQ(plot.y.scale, AxisScale::kLog);
  EXPECT_DOUBLE_EQ(*plot.y.low, 0.1);  // one of two is 0.5
  EXPECT_EQ(plot.series[0].points[2].x, 0.005);
  EXPECT_EQ(plot.series[0].points[2].y, 0.5);
}

TEST_F(RocPlotsTest, WriteTheCurveAsLines) {
  const std::string csv = RocCsv(methods_);
  EXPECT_THAT(csv, HasSubstr("method,threshold,fmr,fnmr\nlbp,inf,0,1\n"));
  EXPECT_THAT(csv, HasSubstr("lbp,0.949999988,0,0.5\n"));
  EXPECT_THAT(csv, HasSubstr("lbp,0,1,0\n"));
}

TEST(RocPlot, DrawsAnAxisWithoutMethods) {
  EXPECT_DOUBLE_EQ(*RocPlot({}).x.low, 0.1);
  EXPECT_EQ(RocCsv({}), "method,threshold,fmr,fnmr\n");
}

TEST(SimilarityHistogram, ShowsSharesOfTheComparisonsThatWereMade) {
  const std::vector<NamedSimilarities> methods = {
      {"lbp", {1.0F, 1.0F, -kInfinity}, {0.0F, kInfinity}}};
  const Plot plot = SimilarityHistogram(methods);
  ASSERT_EQ(plot.series.size(), 2U);
  EXPECT_EQ(plot.series[0].name, "lbp, mated, n = 2");
  EXPECT_EQ(plot.series[0].points.back().y, 1.0);
  EXPECT_EQ(plot.series[0].points.front().y, 0.0);
  EXPECT_EQ(plot.series[1].points.front().y, 1.0);
  EXPECT_EQ(plot.series[1].points.front().x, 0.0);
}

TEST(SimilarityHistogram, StandsWithoutComparisons) {
  const std::vector<NamedSimilarities> methods = {{"lbp", {}, {}}};
  EXPECT_EQ(SimilarityHistogram(methods).series[0].points[0].y, 0.0);
}

}  // namespace
}  // namespace mien
