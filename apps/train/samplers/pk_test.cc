// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/pk.h"

#include <map>
#include <set>

#include "train/samplers/sampler_check.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

// `identities` x `chips`: 0 0 0 1 1 1 ...
Chips EqualIdentities(std::int64_t identities, std::int64_t chips) {
  Chips labels;
  for (std::int64_t i = 0; i < identities * chips; ++i) {
    labels.push_back(i / chips);
  }
  return labels;
}

TEST(PkSampler, KeepsTheRulesOfSamplers) {
  ExpectKeepsTheRules("pk:chips=2", EqualIdentities(9, 5), 8);
}

TEST(PkSampler, DrawsKDistinctChipsOfPDistinctIdentities) {
  const Chips labels = EqualIdentities(6, 5);
  const auto sampler = MakePkSampler(labels, {.chips = 3}, {.batch_size = 12});
  for (int step = 0; step < 20; ++step) {
    std::map<std::int64_t, std::set<std::int64_t>> chips_of;
    for (const std::int64_t chip : sampler->Next()) {
      chips_of[labels[static_cast<std::size_t>(chip)]].insert(chip);
    }
    EXPECT_EQ(chips_of.size(), 4U);
    for (const auto& [label, chips] : chips_of) EXPECT_EQ(chips.size(), 3U);
  }
}

TEST(PkSampler, PutsTheChipsOfAnIdentityTogether) {
  const Chips labels = EqualIdentities(4, 4);
  const auto sampler = MakePkSampler(labels, {.chips = 4}, {.batch_size = 8});
  const Chips batch = sampler->Next();
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(labels[static_cast<std::size_t>(batch[i])],
              labels[static_cast<std::size_t>(batch[i / 4 * 4])]);
  }
}

TEST(PkSampler, VisitsEveryIdentityOncePerEpoch) {
  const Chips labels = EqualIdentities(6, 2);
  const auto sampler = MakePkSampler(labels, {.chips = 2}, {.batch_size = 4});
  ASSERT_EQ(sampler->batches_per_epoch(), 3);
  for (int epoch = 0; epoch < 3; ++epoch) {
    EXPECT_THAT(
        Draw(*sampler, 3),
        testing::UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
  }
}

TEST(PkSampler, DrawsAllChipsOfAnIdentityBeforeAnyAgain) {
  const Chips labels = EqualIdentities(2, 6);
  const auto sampler = MakePkSampler(labels, {.chips = 2}, {.batch_size = 4});
  const Chips three_visits = Draw(*sampler, 3);
  EXPECT_EQ(std::set(three_visits.begin(), three_visits.end()).size(), 12U);
}

TEST(PkSampler, RepeatsChipsEvenlyWhereThereAreFewerThanK) {
  const Chips labels{0, 0, 0, 1, 1, 1};
  const auto sampler = MakePkSampler(labels, {.chips = 7}, {.batch_size = 14});
  const Chips batch = sampler->Next();
  for (std::int64_t chip = 0; chip < 6; ++chip) {
    const auto count = std::count(batch.begin(), batch.end(), chip);
    EXPECT_TRUE(count == 2 || count == 3) << count;
  }
}

TEST(PkSampler, LeavesOutIdentitiesWithASingleChipUnlessAsked) {
  const Chips labels{0, 0, 1, 1, 2};
  EXPECT_THAT(Draw(*MakeSampler("pk:chips=2", labels, {.batch_size = 4}), 9),
              testing::Not(testing::Contains(4)));
  EXPECT_THAT(
      Draw(*MakeSampler("pk:chips=2,min-chips=1", labels, {.batch_size = 6}),
           1),
      testing::Contains(4).Times(2));
}

TEST(PkSampler, NeverDrawsUnlabelledChips) {
  const Chips labels{0, -1, 0, 1, -1, 1};
  EXPECT_THAT(Draw(*MakeSampler("pk:chips=2", labels, {.batch_size = 4}), 9),
              testing::Each(testing::AnyOf(0, 2, 3, 5)));
}

TEST(PkSampler, SaysWhenThereAreTooFewIdentities) {
  try {
    MakePkSampler(EqualIdentities(3, 2), {.chips = 4}, {.batch_size = 16});
    FAIL();
  } catch (const TrainError& error) {
    EXPECT_STREQ(error.what(),
                 "pk: 3 identities have at least 2 chips; a batch of 16 needs "
                 "4, so make it smaller or chips=4 larger");
  }
}

TEST(PkSampler, NeedsWholeIdentitiesOnEveryRank) {
  try {
    MakePkSampler(EqualIdentities(9, 4),
                  {.chips = 4},
                  {.batch_size = 12, .rank = 0, .world_size = 2});
    FAIL();
  } catch (const TrainError& error) {
    EXPECT_STREQ(error.what(),
                 "pk: batch size is 12; must be a multiple of 8 (4 chips x 2 "
                 "ranks)");
  }
}

}  // namespace
}  // namespace mien::train
