// SPDX-License-Identifier: Apache-2.0
#include "eval/open_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "gallery/fusion.h"

namespace mien {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;

constexpr float kMissed = -std::numeric_limits<float>::infinity();

TEST(SearchOpenSet, EnrolsOnePictureAndSearchesWithTheRest) {
  const std::vector<LabelledEmbedding> pictures = {
      {"Ada", {1.0F, 0.0F}},
      {"Ada", {0.8F, 0.6F}},  // 0.8 to Ada, 0.6 to Bob
      {"Bob", {0.0F, 1.0F}},
      {"Bob", {0.96F, 0.28F}},  // nearer to Ada
      {"Eve", {0.6F, 0.8F}}};   // a stranger, 0.8 to Bob
  const auto searches = SearchOpenSet(pictures);
  ASSERT_TRUE(searches);
  EXPECT_EQ(searches->num_enrolled, 2);
  EXPECT_THAT(searches->right_first,
              ElementsAre(FloatNear(0.8F, 1e-6F), kMissed));
  EXPECT_THAT(searches->strangers, ElementsAre(FloatNear(0.8F, 1e-6F)));
  EXPECT_EQ(searches->RankOneRate(), 0.5);
  EXPECT_EQ(searches->FnirAt(0.5F), 0.5);
  EXPECT_EQ(searches->FnirAt(0.9F), 1.0);
  EXPECT_EQ(searches->FpirAt(0.5F), 1.0);
  EXPECT_EQ(searches->FpirAt(0.9F), 0.0);
}

TEST(SearchOpenSet, FusesTheTemplatesOfOnePerson) {
  const std::vector<LabelledEmbedding> pictures = {
      {"Ada", {1.0F, 0.0F}},
      {"Ada", {0.0F, 2.0F}},    // counts as (0, 1)
      {"Ada", {0.6F, 0.8F}},    // searches: 0.6 and 0.8 to her templates
      {"Eve", {0.8F, -0.6F}}};  // a stranger: 0.8 and -0.6
  const auto searches = SearchOpenSet(pictures, 2, kAllFusions);
  ASSERT_TRUE(searches);
  ASSERT_EQ(searches->size(), 3U);  // max, mean of top, centroid
  EXPECT_NEAR((*searches)[0].right_first.at(0), 0.8F, 1e-6F);
  EXPECT_NEAR((*searches)[0].strangers.at(0), 0.8F, 1e-6F);
  EXPECT_NEAR((*searches)[1].right_first.at(0), 0.7F, 1e-6F);
  EXPECT_NEAR((*searches)[1].strangers.at(0), 0.1F, 1e-6F);
  // The centroid lies at 45 degrees.
  EXPECT_NEAR((*searches)[2].right_first.at(0), 0.98995F, 1e-5F);
  EXPECT_NEAR((*searches)[2].strangers.at(0), 0.14142F, 1e-5F);
}

TEST(SearchOpenSet, OnePictureIsLeftToSearchWith) {
  const std::vector<LabelledEmbedding> pictures = {
      {"Ada", {1.0F}}, {"Ada", {1.0F}}, {"Ada", {1.0F}}, {"Eve", {1.0F}}};
  const auto searches = SearchOpenSet(pictures, 5, kAllFusions);
  ASSERT_TRUE(searches);
  EXPECT_THAT(searches->front().right_first, testing::SizeIs(1));
}

TEST(SearchOpenSet, RanksTheRightPersonAmongTheEnrolled) {
  const std::vector<LabelledEmbedding> pictures = {
      {"Ada", {1.0F, 0.0F}},
      {"Ada", {0.8F, 0.6F}},
      {"Bob", {0.0F, 1.0F}},
      {"Bob", {0.96F, 0.28F}},  // Ada is more alike
      {"Eve", {0.6F, 0.8F}}};
  const auto searches = SearchOpenSet(pictures);
  ASSERT_TRUE(searches);
  EXPECT_THAT(searches->ranks, ElementsAre(1, 2));
}

TEST(CumulativeMatches, CountsRanksUpToEach) {
  const std::vector<int> ranks = {1, 3, 1, 2};
  EXPECT_THAT(CumulativeMatches(ranks, 4), ElementsAre(0.5, 0.75, 1.0, 1.0));
  EXPECT_THAT(CumulativeMatches({}, 2), ElementsAre(0.0, 0.0));
}

TEST(FnirOverFpir, CountsAnotherPersonInFrontAsAMiss) {
  OpenSetSearches searches;
  searches.right_first = {0.9F, kMissed};
  searches.strangers = {0.5F, 0.2F};
  const auto curve = FnirOverFpir(searches);
  ASSERT_GE(curve.size(), 4U);
  EXPECT_EQ(curve[1].fmr, 0.0);
  EXPECT_EQ(curve[1].tmr, 0.5);
  EXPECT_EQ(curve[3].fmr, 1.0);
  EXPECT_EQ(curve[3].tmr, 0.5);
  EXPECT_TRUE(FnirOverFpir({}).empty());
}

TEST(OpenSetSearches, ThresholdLetsAtMostTheRatePass) {
  OpenSetSearches searches;
  searches.strangers = {0.1F, 0.5F, 0.3F, 0.2F, 0.4F};
  const float threshold = searches.ThresholdAtFpir(0.2);
  EXPECT_EQ(searches.FpirAt(threshold), 0.2);
  EXPECT_GT(threshold, 0.4F);
  EXPECT_EQ(searches.FpirAt(searches.ThresholdAtFpir(0.0)), 0.0);
}

TEST(SearchOpenSet, NeedsPeopleToFindAndStrangers) {
  const std::vector<LabelledEmbedding> strangers = {{"A", {1.0F}},
                                                    {"B", {1.0F}}};
  EXPECT_THAT(SearchOpenSet(strangers).error().message,
              HasSubstr("two pictures"));
  const std::vector<LabelledEmbedding> known = {{"A", {1.0F}}, {"A", {1.0F}}};
  EXPECT_THAT(SearchOpenSet(known).error().message, HasSubstr("strangers"));
}

TEST(NonMatedSimilarities, LeavesOutPairsOfOnePerson) {
  const std::vector<LabelledEmbedding> pictures = {
      {"A", {1.0F, 0.0F}}, {"A", {1.0F, 0.0F}}, {"B", {0.6F, 0.8F}}};
  EXPECT_THAT(NonMatedSimilarities(pictures),
              ElementsAre(FloatNear(0.6F, 1e-6F), FloatNear(0.6F, 1e-6F)));
}

/// Drawn evenly, not of length 1.
std::vector<float> Direction(std::mt19937& random,
                             std::normal_distribution<float>& normal) {
  std::vector<float> direction(24);
  std::ranges::generate(direction, [&] { return normal(random); });
  return direction;
}

TEST(CheckCalibration, PromisesHoldAmongPeopleOfTheSameKind) {
  // Directions drawn evenly: the halves have the same distribution.
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  std::vector<LabelledEmbedding> pictures;
  for (int person = 0; person < 2400; ++person) {
    const std::vector<float> direction = Direction(random, normal);
    const std::string name = std::to_string(10000 + person);
    pictures.push_back({name, direction});
    if (person % 6 == 0) {
      pictures.push_back({name, direction});
    }
  }
  const std::vector<double> stated = {0.1, 0.02};
  const auto promised = CheckCalibration(pictures, stated);
  ASSERT_TRUE(promised) << promised.error().message;
  for (const PromisedRate& rate : *promised) {
    EXPECT_GT(rate.measured_fpir, rate.stated_fpir / 2.0);
    EXPECT_LT(rate.measured_fpir, rate.stated_fpir * 2.0);
    EXPECT_EQ(rate.measured_fnir, 0.0);
  }
}

TEST(CheckCalibration, PromisesOfCentroidsHoldToo) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<LabelledEmbedding> pictures;
  for (int person = 0; person < 2400; ++person) {
    const std::vector<float> direction = Direction(random, normal);
    // Every fourth person has four pictures, which differ.
    for (int picture = 0; picture < (person % 4 == 0 ? 4 : 1); ++picture) {
      std::vector<float> embedding = direction;
      for (float& value : embedding) {
        value += 0.8F * normal(random);
      }
      pictures.push_back({std::to_string(10000 + person), embedding});
    }
  }
  const std::vector<double> stated = {0.1, 0.02};
  const std::vector<Fusion> fusions = {Fusion::kCentroid};
  const auto promised = CheckCalibration(pictures, stated, 3, fusions);
  ASSERT_TRUE(promised) << promised.error().message;
  ASSERT_EQ(promised->size(), 1U);
  for (const PromisedRate& rate : promised->front()) {
    EXPECT_GT(rate.measured_fpir, rate.stated_fpir / 2.0);
    EXPECT_LT(rate.measured_fpir, rate.stated_fpir * 2.0);
  }
}

}  // namespace
}  // namespace mien
