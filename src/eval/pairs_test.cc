// SPDX-License-Identifier: Apache-2.0
#include "eval/pairs.h"

#include <gtest/gtest.h>

#include <limits>

namespace mien {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::string ErrorOf(std::string_view text) {
  const auto list = ParsePairs(text);
  return list ? "" : list.error().message;
}

TEST(ParsePairs, ReadsFoldsOfMatedThenNonMatedPairs) {
  const auto list =
      ParsePairs("2\t1\nAda\t1\t4\nAda\t2\tBo\t10\nBo 1 2\r\nBo 1 Cy 3\n\n");
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->num_folds, 2);
  ASSERT_EQ(list->pairs.size(), 4U);
  EXPECT_EQ(list->pairs[0].truth, Truth::kMated);
  EXPECT_EQ(list->pairs[0].b.Key(), "Ada/Ada_0004");
  EXPECT_EQ(list->pairs[1].truth, Truth::kNonMated);
  EXPECT_EQ(list->pairs[1].b.Key(), "Bo/Bo_0010");
  EXPECT_EQ(list->pairs[3].b.subject, "Cy");
}

TEST(ParsePairs, TakesALoneNumberAsOneFold) {
  const auto list = ParsePairs("1\nAda 1 2\nAda 1 Bo 1");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->num_folds, 1);
  EXPECT_EQ(list->pairs.size(), 2U);
}

TEST(ParsePairs, NamesTheLineThatIsWrong) {
  EXPECT_EQ(ErrorOf("1 1\nAda 1 2\nAda 1 2"),
            "line 3: must be a non-mated pair, \"Name 1 Other 2\"");
  EXPECT_EQ(ErrorOf("1 1\nAda x 2\nAda 1 Bo 2"),
            "line 2: must be a mated pair, \"Name 1 4\"");
  EXPECT_EQ(ErrorOf("1 1\n../Ada 1 2\n"),
            "line 2: must be a mated pair, \"Name 1 4\"");
}

TEST(ParsePairs, RefusesAnotherNumberOfPairsThanStated) {
  EXPECT_EQ(ErrorOf("1 1\nAda 1 2\n"), "line 3: ends after 1 of 2 pairs");
  EXPECT_EQ(ErrorOf("1 1\nAda 1 2\nAda 1 Bo 1\nBo 1 2"),
            "line 4: more pairs than the first line states");
}

TEST(ParsePairs, RefusesAHeaderThatIsNone) {
  EXPECT_NE(ErrorOf(""), "");
  EXPECT_NE(ErrorOf("Ada 1 2"), "");
  EXPECT_NE(ErrorOf("0 300"), "");
  EXPECT_NE(ErrorOf("2000000000 2000000000"), "");
}

/// A fold of one mated and one non-mated comparison.
void AppendFold(float mated, float non_mated, std::vector<Comparison>& to) {
  to.push_back({mated, Truth::kMated});
  to.push_back({non_mated, Truth::kNonMated});
}

TEST(FoldAccuracies, TestsAtTheThresholdOfTheOtherFolds) {
  std::vector<Comparison> comparisons;
  AppendFold(0.9F, 0.1F, comparisons);
  AppendFold(0.9F, 0.1F, comparisons);
  AppendFold(0.2F, 0.1F, comparisons);  // refused at the others' threshold
  const auto accuracies = FoldAccuracies(comparisons, 3);
  ASSERT_TRUE(accuracies);
  // The lowest distance that accepts 0.9 is 0.2, strictly.
  EXPECT_EQ(*accuracies, (std::vector<double>{1.0, 1.0, 0.5}));
}

TEST(FoldAccuracies, CountsFailuresAsWrongAtEveryThreshold) {
  std::vector<Comparison> comparisons;
  AppendFold(0.9F, 0.1F, comparisons);
  AppendFold(-kInfinity, kInfinity, comparisons);
  const auto accuracies = FoldAccuracies(comparisons, 2);
  ASSERT_TRUE(accuracies);
  EXPECT_EQ((*accuracies)[1], 0.0);
}

TEST(FoldAccuracies, RefusesFoldsOfUnequalSize) {
  const std::vector<Comparison> three(3);
  EXPECT_FALSE(FoldAccuracies(three, 2));
  EXPECT_FALSE(FoldAccuracies(three, 1));
  EXPECT_FALSE(FoldAccuracies({}, 10));
}

}  // namespace
}  // namespace mien
