// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>

#include "match/random_faces.h"
#include "mien/clusterer.h"

namespace mien {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<float> kEast = {1.0F, 0.0F};

class ClusterFacesBy : public testing::TestWithParam<ClusterAlgorithm> {
 protected:
  [[nodiscard]] ClusterOptions At(float threshold) const {
    return {.algorithm = GetParam(), .threshold = threshold};
  }
};

TEST_P(ClusterFacesBy, FindsPeopleWhoAreFarApart) {
  const RandomFaces random(150, 15, 1, 0.25F, 5);
  const auto groups = ClusterFaces(random.Set(), At(0.6F));
  ASSERT_TRUE(groups);
  std::set<std::pair<int, int>> pairs;
  for (std::size_t face = 0; face < 150; ++face) {
    pairs.insert({(*groups)[face], random.person_of_face[face]});
  }
  EXPECT_EQ(pairs.size(), 15U);  // one group per person and the reverse
  EXPECT_EQ(*std::ranges::max_element(*groups), 14);
}

TEST_P(ClusterFacesBy, NumbersTheLargestGroupFirst) {
  const std::vector<float> embeddings = {0, 1, 1, 0, 0, -1, 1, 0, 0, -1, 1, 0};
  const std::vector<int> pictures = {0, 1, 2, 3, 4, 5};
  const auto groups = ClusterFaces({embeddings, 2, pictures}, At(0.5F));
  ASSERT_TRUE(groups);
  EXPECT_THAT(*groups, ElementsAre(2, 0, 1, 0, 1, 0));
}

TEST_P(ClusterFacesBy, KeepsFacesOfOnePictureApart) {
  const RandomFaces random(90, 3, 2, 0.5F, 8);  // many alike in one picture
  const auto groups = ClusterFaces(random.Set(), At(0.2F));
  ASSERT_TRUE(groups);
  for (std::size_t face = 0; face < 90; face += 2) {
    EXPECT_NE((*groups)[face], (*groups)[face + 1]);
  }
}

TEST_P(ClusterFacesBy, TakesNoFacesAndOneFace) {
  const auto none = ClusterFaces({{}, 0, {}}, At(0.5F));
  ASSERT_TRUE(none);
  EXPECT_THAT(*none, IsEmpty());
  const auto one = ClusterFaces({kEast, 2, std::vector{7}}, At(0.5F));
  ASSERT_TRUE(one);
  EXPECT_THAT(*one, ElementsAre(0));
}

INSTANTIATE_TEST_SUITE_P(AllAlgorithms,
                         ClusterFacesBy,
                         testing::Values(ClusterAlgorithm::kAverageLinkage,
                                         ClusterAlgorithm::kChineseWhispers));

TEST(ClusterFaces, NamesWhatDoesNotFitTogether) {
  const auto groups = ClusterFaces({kEast, 2, std::vector{0, 1}});
  ASSERT_FALSE(groups);
  EXPECT_EQ(groups.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(groups.error().message,
              HasSubstr("2 embedding values; must be 2 faces of dimension 2"));
}

TEST(ClusterFaces, NamesAThresholdOutOfRange) {
  const auto groups =
      ClusterFaces({kEast, 2, std::vector{0}}, {.threshold = 1.5F});
  ASSERT_FALSE(groups);
  EXPECT_THAT(groups.error().message, HasSubstr("threshold is 1.5"));
}

ModelContract Calibrated() {
  ModelContract contract;
  contract.calibration = {{0.1F, 1e-1}, {0.2F, 1e-2}, {0.4F, 1e-4}};
  return contract;
}

TEST(ChooseClusterThreshold, GrowsWithTheNumberOfFaces) {
  // 11 faces: 10 comparisons for each, so 0.1 in all is 0.01 for each.
  const auto few = ChooseClusterThreshold(Calibrated(), 0.1, 11);
  ASSERT_TRUE(few);
  EXPECT_NEAR(few->match, 0.2F, 0.003F);
  EXPECT_EQ(few->fpir, 0.1);
  const auto many = ChooseClusterThreshold(Calibrated(), 0.1, 1001);
  ASSERT_TRUE(many);
  EXPECT_NEAR(many->match, 0.4F, 0.003F);
}

TEST(ChooseClusterThreshold, IsStricterThanVerificationWithoutACalibration) {
  ModelContract contract;
  contract.default_threshold = 0.3F;
  const auto thresholds = ChooseClusterThreshold(contract, 0.05, 500);
  ASSERT_TRUE(thresholds);
  EXPECT_FLOAT_EQ(thresholds->match, 0.4F);
  EXPECT_FALSE(thresholds->fpir);
}

TEST(ChooseClusterThreshold, NamesARateOutOfRange) {
  const auto thresholds = ChooseClusterThreshold(Calibrated(), 0.0, 10);
  ASSERT_FALSE(thresholds);
  EXPECT_EQ(thresholds.error().message,
            "fpir is 0; must be above 0 and below 1");
}

}  // namespace
}  // namespace mien
