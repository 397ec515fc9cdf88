// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/mates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/train_error.h"

namespace mien::train {
namespace {

// Identity 0 has chips 0 to 2, identity 1 chip 3, identity 2 chips 4 and 5;
// chip 6 has no label.
constexpr std::array<std::int64_t, 7> kLabels{0, 0, 0, 1, 2, 2, -1};

TEST(Mates, AnchorsAreTheChipsWithAMate) {
  Mates mates("pairs", kLabels, 1);
  std::vector<std::int64_t> anchors;
  for (int i = 0; i < 5; ++i) anchors.push_back(mates.Anchor(i));
  EXPECT_THAT(anchors, testing::UnorderedElementsAre(0, 1, 2, 4, 5));
}

TEST(Mates, DrawsEveryOtherChipOfTheIdentityAsMate) {
  const Mates mates("pairs", kLabels, 1);
  RandomStream random(1);
  std::vector<int> counts(7);
  for (int i = 0; i < 1000; ++i) {
    ++counts[static_cast<std::size_t>(mates.Mate(1, random))];
  }
  EXPECT_NEAR(counts[0], 500, 60);
  EXPECT_EQ(counts[0] + counts[2], 1000);
}

TEST(Mates, DrawsEveryOtherIdentityEquallyOftenAsNonMate) {
  const Mates mates("pairs", kLabels, 1);
  RandomStream random(1);
  std::vector<int> counts(7);
  for (int i = 0; i < 1000; ++i) {
    ++counts[static_cast<std::size_t>(mates.NonMate(4, random))];
  }
  EXPECT_NEAR(counts[3], 500, 60);  // identity 1 has one chip
  EXPECT_EQ(counts[0] + counts[1] + counts[2] + counts[3], 1000);
}

TEST(Mates, NeedsTwoChipsOfOneIdentityAndTwoIdentities) {
  EXPECT_THROW(Mates("pairs", std::array<std::int64_t, 2>{0, 1}, 1),
               TrainError);
  EXPECT_THROW(Mates("pairs", std::array<std::int64_t, 2>{0, 0}, 1),
               TrainError);
}

}  // namespace
}  // namespace mien::train
