// SPDX-License-Identifier: Apache-2.0
#include "eval/folds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace mien {
namespace {

using testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A fold of one mated and one non-mated pair.
void AppendFold(double mated, double non_mated, std::vector<Judged>& to) {
  const int fold = static_cast<int>(to.size()) / 2;
  to.push_back({mated, Truth::kMated, fold});
  to.push_back({non_mated, Truth::kNonMated, fold});
}

TEST(JudgeFolds, TestsAtTheThresholdOfTheOtherFolds) {
  std::vector<Judged> pairs;
  AppendFold(0.2, 1.8, pairs);
  AppendFold(0.2, 1.8, pairs);
  AppendFold(1.6, 1.8, pairs);  // refused at the others' threshold
  const auto folds = JudgeFolds(pairs, 3);
  ASSERT_TRUE(folds);
  EXPECT_EQ((*folds)[0].accuracy, 1.0);
  EXPECT_EQ((*folds)[1].accuracy, 1.0);
  EXPECT_EQ((*folds)[2].accuracy, 0.5);
  // The lowest threshold that accepts 0.2 strictly; and 1.6.
  EXPECT_DOUBLE_EQ((*folds)[2].threshold, 0.21);
  EXPECT_DOUBLE_EQ((*folds)[0].threshold, 1.61);
}

TEST(JudgeFolds, CountsFailuresAsWrongAtEveryThreshold) {
  std::vector<Judged> pairs;
  AppendFold(0.2, 1.8, pairs);
  AppendFold(kInfinity, -kInfinity, pairs);
  const auto folds = JudgeFolds(pairs, 2);
  ASSERT_TRUE(folds);
  EXPECT_EQ((*folds)[1].accuracy, 0.0);
  EXPECT_EQ((*folds)[1].false_accept_rate, 1.0);
  EXPECT_EQ((*folds)[1].validation_rate, 0.0);
}

TEST(JudgeFolds, NeedsTwoFoldsWithPairs) {
  std::vector<Judged> pairs;
  AppendFold(0.2, 1.8, pairs);
  EXPECT_THAT(JudgeFolds(pairs, 1).error().message, HasSubstr("two or more"));
  EXPECT_THAT(JudgeFolds(pairs, 2).error().message,
              HasSubstr("fold 2 of 2 holds no pairs"));
  EXPECT_FALSE(JudgeFolds({}, 10));
}

/// Fold 0 holds what is tested, fold 1 ten non-mated pairs at 1.0, 1.1, ...
std::vector<Judged> WithTenNonMated() {
  std::vector<Judged> pairs = {{0.5, Truth::kMated, 0},
                               {1.05, Truth::kMated, 0},
                               {1.3, Truth::kMated, 0},
                               {0.9, Truth::kNonMated, 0},
                               {2.0, Truth::kNonMated, 0}};
  for (int i = 0; i < 10; ++i) {
    pairs.push_back({1.0005 + i / 10.0, Truth::kNonMated, 1});
  }
  return pairs;
}

TEST(JudgeFold, InterpolatesTheThresholdOfTheFalseAcceptRate) {
  // The others pass 0.1 at 1.001 and 0.2 at 1.101: 0.15 lies between 1.100,
  // the last below, and 1.101, in the middle.
  const FoldOutcome fold = JudgeFold(WithTenNonMated(), 0, 0.15);
  EXPECT_NEAR(fold.validation_threshold, 1.1005, 1e-9);
  EXPECT_NEAR(fold.validation_rate, 2.0 / 3.0, 1e-12);
  EXPECT_NEAR(fold.false_accept_rate, 0.5, 1e-12);
}

TEST(JudgeFold, InterpolatesAcrossARateThatIsJustReached) {
  // Between 1.000, the last below 0.1, and 1.101, the first above it.
  EXPECT_NEAR(
      JudgeFold(WithTenNonMated(), 0, 0.1).validation_threshold, 1.0505, 1e-9);
}

TEST(JudgeFold, AcceptsNobodyWhenTheRateIsNeverReached) {
  const FoldOutcome fold = JudgeFold(WithTenNonMated(), 0, 1.5);
  EXPECT_EQ(fold.validation_threshold, 0.0);
  EXPECT_EQ(fold.validation_rate, 0.0);
  // All of them: reached, not exceeded.
  EXPECT_DOUBLE_EQ(JudgeFold(WithTenNonMated(), 0, 1.0).validation_threshold,
                   1.901);
}

TEST(FoldRoc, HasStrictestThresholdsFirst) {
  const std::vector<RocPoint> roc = FoldRoc(WithTenNonMated(), 0);
  ASSERT_EQ(roc.size(), 400U);
  EXPECT_EQ(roc[0].tmr, 0.0);
  EXPECT_EQ(roc[50].tmr, 0.0);  // 0.5 is not below 0.50
  EXPECT_DOUBLE_EQ(roc[51].tmr, 1.0 / 3.0);
  EXPECT_EQ(roc[51].fmr, 0.0);
  EXPECT_EQ(roc[91].fmr, 0.5);
  EXPECT_EQ(roc[399].fmr, 1.0);
}

TEST(MeanRoc, AveragesPointByPoint) {
  const std::vector<std::vector<RocPoint>> curves = {{{1.0F, 0.0, 0.5}},
                                                     {{1.0F, 0.5, 1.0}}};
  const std::vector<RocPoint> mean = MeanRoc(curves);
  ASSERT_EQ(mean.size(), 1U);
  EXPECT_EQ(mean[0].fmr, 0.25);
  EXPECT_EQ(mean[0].tmr, 0.75);
  EXPECT_TRUE(MeanRoc({}).empty());
}

TEST(BestAccuracy, IsThatOfTheBestThreshold) {
  EXPECT_EQ(BestAccuracy({}), 0.0);
  std::vector<Judged> pairs;
  AppendFold(0.2, 1.8, pairs);
  AppendFold(1.9, 1.7, pairs);
  EXPECT_EQ(BestAccuracy(pairs), 0.75);
}

}  // namespace
}  // namespace mien
