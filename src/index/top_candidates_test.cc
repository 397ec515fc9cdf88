// SPDX-License-Identifier: Apache-2.0
#include "index/top_candidates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace mien {
namespace {

using testing::ElementsAre;

std::vector<std::uint32_t> Positions(TopCandidates& best) {
  std::vector<std::uint32_t> positions;
  for (const ScanCandidate& candidate : best.Finish()) {
    positions.push_back(candidate.position);
  }
  return positions;
}

TEST(TopCandidates, DropsWhatCannotBeAmongTheBest) {
  TopCandidates best(2, -1.0F);
  best.Offer(0, 0.5F, 0.4F);
  best.Offer(1, 0.9F, 0.8F);
  best.Offer(2, 0.7F, 0.6F);  // 0 is below two now
  best.Offer(3, 0.65F, 0.3F);
  EXPECT_EQ(best.threshold(), 0.6F);
  EXPECT_THAT(Positions(best), ElementsAre(1, 2, 3));
}

TEST(TopCandidates, KeepsEverythingUntilThereAreEnough) {
  TopCandidates best(3, -1.0F);
  best.Offer(7, 0.1F, 0.0F);
  best.Offer(8, 0.9F, 0.8F);
  EXPECT_EQ(best.threshold(), -1.0F);
  EXPECT_THAT(Positions(best), ElementsAre(8, 7));
}

TEST(TopCandidates, NeverGoesBelowTheLeastSimilarityWanted) {
  TopCandidates best(1, 0.5F);
  EXPECT_EQ(best.threshold(), 0.5F);
  best.Offer(0, 0.6F, 0.2F);
  EXPECT_EQ(best.threshold(), 0.5F);
}

TEST(TopCandidates, PartsMergeIntoTheSameAnswer) {
  TopCandidates whole(2, -1.0F);
  TopCandidates left(2, -1.0F);
  TopCandidates right(2, -1.0F);
  for (std::uint32_t i = 0; i < 100; ++i) {
    const float lower = static_cast<float>((i * 37U) % 100U) / 100.0F;
    whole.Offer(i, lower + 0.05F, lower);
    (i < 50 ? left : right).Offer(i, lower + 0.05F, lower);
  }
  left.Merge(right);
  EXPECT_EQ(left.threshold(), 0.98F);
  EXPECT_EQ(Positions(left), Positions(whole));
}

TEST(TopCandidates, TakesMoreAfterAMerge) {
  TopCandidates left(2, -1.0F);
  left.Offer(0, 0.2F, 0.2F);
  TopCandidates right(2, -1.0F);
  right.Offer(1, 0.9F, 0.9F);
  left.Merge(right);
  left.Offer(2, 0.5F, 0.5F);
  EXPECT_EQ(left.threshold(), 0.5F);
  EXPECT_THAT(Positions(left), ElementsAre(1, 2));
}

}  // namespace
}  // namespace mien
