// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/mixed.h"

#include "train/samplers/sampler_check.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

// Chips 0 to 9 are of five identities, 10 to 29 have no label.
Chips SomeLabels() {
  Chips labels(30, -1);
  for (std::size_t i = 0; i < 10; ++i) {
    labels[i] = static_cast<std::int64_t>(i / 2);
  }
  return labels;
}

TEST(MixedSampler, KeepsTheRulesOfSamplers) {
  ExpectKeepsTheRules("mixed:chips=2,labelled=0.5", SomeLabels(), 16);
}

TEST(MixedSampler, HasTheShareOfLabelledChips) {
  const auto sampler = MakeSampler(
      "mixed:chips=2,labelled=0.25", SomeLabels(), {.batch_size = 16});
  const Chips batch = sampler->Next();
  EXPECT_THAT(Chips(batch.begin(), batch.begin() + 4),
              testing::Each(testing::Lt(10)));
  EXPECT_THAT(Chips(batch.begin() + 4, batch.end()),
              testing::Each(testing::Ge(10)));
}

TEST(MixedSampler, GivesEveryRankBothParts) {
  const auto sampler =
      MakeSampler("mixed:chips=2,labelled=0.5",
                  SomeLabels(),
                  {.batch_size = 16, .rank = 1, .world_size = 2});
  const Chips part = sampler->Next();
  ASSERT_EQ(part.size(), 8U);
  EXPECT_EQ(part[0] / 2, part[1] / 2);  // two chips of an identity
  EXPECT_THAT(Chips(part.begin() + 4, part.end()),
              testing::Each(testing::Ge(10)));
}

TEST(MixedSampler, DrawsAllUnlabelledChipsInAnEpoch) {
  const auto sampler = MakeSampler(
      "mixed:chips=2,labelled=0.5", SomeLabels(), {.batch_size = 8});
  ASSERT_EQ(sampler->batches_per_epoch(), 5);
  const Chips all = Draw(*sampler, 5);
  for (std::int64_t chip = 10; chip < 30; ++chip) {
    EXPECT_THAT(all, testing::Contains(chip).Times(1));
  }
}

TEST(MixedSampler, NeedsBothParts) {
  const auto make = [](const Chips& labels, double share) {
    MakeMixedSampler(
        labels, {.pk = {.chips = 2}, .labelled = share}, {.batch_size = 8});
  };
  EXPECT_THROW(make(SomeLabels(), 0), TrainError);
  EXPECT_THROW(make(SomeLabels(), 1), TrainError);
  EXPECT_THROW(make(Chips{0, 0, 1, 1, 2, 2}, 0.5), TrainError);
  EXPECT_THROW(make(Chips(20, -1), 0.5), TrainError);
}

}  // namespace
}  // namespace mien::train
