// SPDX-License-Identifier: Apache-2.0
#include "eval/clustering.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace mien {
namespace {

using testing::ElementsAre;

TEST(CompareGroups, CountsPairs) {
  // Group 0 holds Ada twice and Kofi once, group 1 Ada once.
  const auto agreement =
      CompareGroups(std::vector{0, 0, 0, 1},
                    std::vector<std::string>{"Ada", "Ada", "Kofi", "Ada"});
  ASSERT_TRUE(agreement);
  EXPECT_EQ(agreement->num_found, 3);
  EXPECT_EQ(agreement->num_mated, 3);
  EXPECT_EQ(agreement->num_found_and_mated, 1);
  EXPECT_DOUBLE_EQ(agreement->precision(), 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(agreement->recall(), 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(agreement->f1(), 1.0 / 3.0);
}

TEST(CompareGroups, WeighsPrecisionAndRecallAlike) {
  // All in one group: 10 pairs, of which 3 + 1 are mated.
  const auto agreement = CompareGroups(
      std::vector{4, 4, 4, 4, 4},
      std::vector<std::string>{"Ada", "Ada", "Ada", "Kofi", "Kofi"});
  ASSERT_TRUE(agreement);
  EXPECT_DOUBLE_EQ(agreement->precision(), 0.4);
  EXPECT_DOUBLE_EQ(agreement->recall(), 1.0);
  EXPECT_DOUBLE_EQ(agreement->f1(), 2 * 0.4 / 1.4);
}

TEST(CompareGroups, IsPerfectWhereThereIsNothingToFind) {
  const auto agreement =
      CompareGroups(std::vector{0, 1}, std::vector<std::string>{"Ada", "Kofi"});
  ASSERT_TRUE(agreement);
  EXPECT_DOUBLE_EQ(agreement->f1(), 1.0);
}

TEST(CompareGroups, NamesAWrongCount) {
  const auto agreement =
      CompareGroups(std::vector{0, 1}, std::vector<std::string>{"Ada"});
  ASSERT_FALSE(agreement);
  EXPECT_EQ(agreement.error().message,
            "2 groups for 1 pictures; must be as many");
}

const std::vector<std::string> kPeople = {
    "Ada", "Kofi", "Ada", "Mei", "Mei", "Ada", "Ravi", "Kofi"};

TEST(DrawPeople, TakesEverybodyWholly) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const auto drawn = DrawPeople(kPeople, 3, seed);
    std::set<std::string> names;
    for (const std::size_t i : drawn) {
      names.insert(kPeople[i]);
    }
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i < kPeople.size(); ++i) {
      if (names.contains(kPeople[i])) {
        expected.push_back(i);
      }
    }
    EXPECT_EQ(drawn, expected);
    EXPECT_GE(drawn.size(), 3U);
    EXPECT_LE(drawn.size(), 5U);  // at most Ada's three too many
  }
}

TEST(DrawPeople, TakesAllWhenThereAreNoMore) {
  EXPECT_THAT(DrawPeople(kPeople, 100, 1), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(DrawPeople, DrawsOthersWithAnotherSeed) {
  std::set<std::vector<std::size_t>> draws;
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    draws.insert(DrawPeople(kPeople, 1, seed));
  }
  EXPECT_GT(draws.size(), 1U);
}

}  // namespace
}  // namespace mien
