// SPDX-License-Identifier: Apache-2.0
#include "gallery/fusion.h"

#include <gtest/gtest.h>

#include <vector>

namespace mien {
namespace {

TEST(Fuse, MaxIsTheLargest) {
  EXPECT_EQ(Fuse(Fusion::kMax, std::vector{0.2F, 0.5F, -0.1F}, 1.0F), 0.5F);
}

TEST(Fuse, MeanOfTopLeavesOutWhatIsBelowTheThird) {
  const std::vector<float> similarities = {-1.0F, 0.25F, 0.75F, 0.0F, 0.5F};
  EXPECT_EQ(Fuse(Fusion::kMeanOfTop, similarities, 1.0F), 0.5F);
}

TEST(Fuse, MeanOfTopTakesAllOfFewer) {
  EXPECT_EQ(Fuse(Fusion::kMeanOfTop, std::vector{0.25F, 0.75F}, 1.0F), 0.5F);
}

TEST(Fuse, CentroidIsTheCosineToTheMeanTemplate) {
  // Templates (1, 0) and (0, 1): their mean (0.5, 0.5) has length 1 / sqrt(2)
  // and points along the probe (0.7071, 0.7071).
  constexpr float kHalfRoot = 0.70710678F;
  EXPECT_NEAR(
      Fuse(Fusion::kCentroid, std::vector{kHalfRoot, kHalfRoot}, kHalfRoot),
      1.0F,
      1e-6F);
}

TEST(Fuse, OneTemplateIsTheSameByAllRules) {
  for (const Fusion fusion : kAllFusions) {
    EXPECT_EQ(Fuse(fusion, std::vector{0.625F}, 1.0F), 0.625F)
        << FusionName(fusion);
  }
}

TEST(NumComparisons, MaxComparesEveryTemplateTheOthersEverySubject) {
  EXPECT_EQ(NumComparisons(Fusion::kMax, 10, 30), 30U);
  EXPECT_EQ(NumComparisons(Fusion::kMeanOfTop, 10, 30), 10U);
  EXPECT_EQ(NumComparisons(Fusion::kCentroid, 10, 30), 10U);
}

}  // namespace
}  // namespace mien
