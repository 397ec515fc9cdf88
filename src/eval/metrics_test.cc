// SPDX-License-Identifier: Apache-2.0
#include "eval/metrics.h"

#include <gtest/gtest.h>

#include <limits>

namespace mien {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<RocPoint> Roc(std::vector<float> mated,
                          std::vector<float> non_mated) {
  return RocCurve(mated, non_mated);
}

TEST(RocCurve, HasAPointForEachDistinctSimilarity) {
  const auto roc = Roc({0.9F, 0.5F}, {0.5F, 0.1F});
  ASSERT_EQ(roc.size(), 4U);
  EXPECT_EQ(roc[0].threshold, kInfinity);
  EXPECT_EQ(roc[0].tmr, 0.0);
  EXPECT_EQ(roc[1].threshold, 0.9F);
  EXPECT_EQ(roc[1].fmr, 0.0);
  EXPECT_EQ(roc[1].tmr, 0.5);
  EXPECT_EQ(roc[2].threshold, 0.5F);  // a tie moves both rates at once
  EXPECT_EQ(roc[2].fmr, 0.5);
  EXPECT_EQ(roc[2].tmr, 1.0);
  EXPECT_EQ(roc[3].fmr, 1.0);
}

TEST(RocCurve, IsEmptyWhenASideIs) {
  EXPECT_TRUE(Roc({}, {0.1F}).empty());
  EXPECT_TRUE(Roc({0.1F}, {}).empty());
}

TEST(RocCurve, TakesInfiniteSimilaritiesOfFailures) {
  const auto roc = Roc({0.9F, -kInfinity}, {kInfinity, 0.1F});
  EXPECT_EQ(roc[1].fmr, 0.5);
  EXPECT_EQ(roc[1].tmr, 0.0);
  EXPECT_EQ(roc.back().tmr, 1.0);
  EXPECT_EQ(roc.back().fmr, 1.0);
}

TEST(AreaUnderRoc, IsOneWhenAllMatedAreMoreSimilar) {
  EXPECT_EQ(AreaUnderRoc(Roc({0.9F, 0.8F}, {0.2F, 0.1F, 0.0F})), 1.0);
}

TEST(AreaUnderRoc, CountsTiesHalf) {
  EXPECT_EQ(AreaUnderRoc(Roc({0.5F, 0.5F}, {0.5F})), 0.5);
  // Of four comparisons three are won and one is tied.
  EXPECT_EQ(AreaUnderRoc(Roc({0.9F, 0.5F}, {0.5F, 0.1F})), 3.5 / 4.0);
}

TEST(AreaUnderRoc, KnowsNothingOfEmptySets) {
  EXPECT_FALSE(AreaUnderRoc(Roc({}, {})));
}

TEST(EqualErrorRate, IsZeroWhenTheSetsAreApart) {
  EXPECT_EQ(EqualErrorRate(Roc({0.9F, 0.8F}, {0.2F})), 0.0);
}

TEST(EqualErrorRate, IsWhereTheCurveCrossesTheDiagonal) {
  // At threshold 0.6: one of four mated is refused, one of four non-mated
  // accepted.
  EXPECT_DOUBLE_EQ(
      *EqualErrorRate(Roc({0.9F, 0.8F, 0.6F, 0.3F}, {0.7F, 0.2F, 0.1F, 0.0F})),
      0.25);
}

TEST(EqualErrorRate, InterpolatesBetweenPoints) {
  EXPECT_DOUBLE_EQ(*EqualErrorRate(Roc({0.5F}, {0.5F})), 0.5);
}

TEST(EqualErrorRate, KnowsNothingOfEmptySets) {
  EXPECT_FALSE(EqualErrorRate(Roc({0.5F}, {})));
}

TEST(TrueMatchRateAt, AllowsAsManyFalseMatchesAsTheRateSays) {
  std::vector<float> non_mated(1000, 0.0F);
  non_mated[0] = 0.9F;
  non_mated[1] = 0.5F;
  const auto roc = Roc({0.95F, 0.7F, 0.4F, 0.3F}, non_mated);
  EXPECT_EQ(TrueMatchRateAt(roc, 1e-3), 0.5);  // 0.9 may pass, 0.5 must not
  EXPECT_EQ(TrueMatchRateAt(roc, 2e-3), 1.0);
  EXPECT_EQ(TrueMatchRateAt(roc, 1e-4), 0.25);
}

TEST(TrueMatchRateAt, RefusesMatedThatTieWithAForbiddenNonMated) {
  EXPECT_EQ(TrueMatchRateAt(Roc({0.9F, 0.5F}, {0.5F, 0.1F}), 0.1), 0.5);
}

TEST(TrueMatchRateAt, KnowsNothingOfEmptySets) {
  EXPECT_FALSE(TrueMatchRateAt(Roc({}, {0.1F}), 0.1));
}

TEST(FnmrAt, StatesRateThresholdAndInterval) {
  const auto roc = Roc({0.9F, 0.8F, 0.6F, 0.1F}, {0.7F, 0.2F, 0.1F, 0.0F});
  const auto at_quarter = FnmrAt(roc, 0.25, 4, 4);
  ASSERT_TRUE(at_quarter);
  EXPECT_EQ(at_quarter->fmr, 0.25);
  EXPECT_EQ(at_quarter->measured_fmr, 0.25);
  EXPECT_EQ(at_quarter->threshold, 0.6F);
  EXPECT_EQ(at_quarter->fnmr, 0.25);
  EXPECT_NEAR(at_quarter->interval.low, 0.0456, 1e-4);
  EXPECT_NEAR(at_quarter->interval.high, 0.6994, 1e-4);
}

TEST(FnmrAt, KeepsTheRateWhereSimilaritiesTie) {
  // Accepting 0.5 would accept two of four.
  const auto roc = Roc({0.9F, 0.5F}, {0.5F, 0.5F, 0.1F, 0.0F});
  const auto at_quarter = FnmrAt(roc, 0.25, 2, 4);
  ASSERT_TRUE(at_quarter);
  EXPECT_EQ(at_quarter->measured_fmr, 0.0);
  EXPECT_EQ(at_quarter->fnmr, 0.5);
}

TEST(FnmrAt, KnowsNothingOfRatesThatTooFewComparisonsStandFor) {
  const auto roc = Roc({0.9F}, {0.5F, 0.1F});
  EXPECT_FALSE(FnmrAt(roc, 0.1, 1, 2));
  EXPECT_TRUE(FnmrAt(roc, 0.5, 1, 2));
  EXPECT_FALSE(FnmrAt({}, 0.5, 0, 0));
}

TEST(Histogram, CountsEachPartAndLeavesOutFailures) {
  const std::vector<float> values = {
      -1.0F, -0.6F, 0.0F, 1.0F, kInfinity, -kInfinity, 1.5F};
  EXPECT_EQ(Histogram(values, -1.0F, 1.0F, 4),
            (std::vector<std::size_t>{2, 0, 1, 1}));
  EXPECT_EQ(Histogram({}, 0.0F, 1.0F, 2), (std::vector<std::size_t>{0, 0}));
  EXPECT_TRUE(Histogram(values, 0.0F, 1.0F, 0).empty());
}

TEST(Summarize, GivesPopulationDeviation) {
  const std::vector<double> values = {1.0, 3.0};
  const auto summary = Summarize(values);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->mean, 2.0);
  EXPECT_EQ(summary->deviation, 1.0);
  EXPECT_FALSE(Summarize({}));
}

}  // namespace
}  // namespace mien
