// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/identity_chips.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien::train {
namespace {

using testing::ElementsAre;

constexpr std::array<std::int64_t, 7> kLabels{40, -1, 7, 40, 7, 9, 7};

TEST(IdentityChips, GroupsChipsInTheOrderOfLabels) {
  const IdentityChips identities(kLabels, 1);
  ASSERT_EQ(identities.size(), 3);
  EXPECT_THAT(identities.chips(0), ElementsAre(2, 4, 6));
  EXPECT_THAT(identities.chips(1), ElementsAre(5));
  EXPECT_THAT(identities.chips(2), ElementsAre(0, 3));
  EXPECT_EQ(identities.identity_of(3), 2);
}

TEST(IdentityChips, LeavesOutIdentitiesWithTooFewChips) {
  const IdentityChips identities(kLabels, 2);
  ASSERT_EQ(identities.size(), 2);
  EXPECT_EQ(identities.identity_of(5), -1);
  EXPECT_THAT(identities.AllChips(), ElementsAre(0, 2, 3, 4, 6));
}

TEST(IdentityChips, KnowsChipsWithoutLabel) {
  EXPECT_EQ(IdentityChips(kLabels, 1).identity_of(1), -1);
  EXPECT_THAT(UnlabelledChips(kLabels), ElementsAre(1));
}

TEST(IdentityChips, IsEmptyWithoutLabels) {
  EXPECT_EQ(IdentityChips({}, 1).size(), 0);
  EXPECT_TRUE(UnlabelledChips({}).empty());
}

}  // namespace
}  // namespace mien::train
