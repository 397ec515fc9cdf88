// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/instance.h"

#include "train/samplers/sampler_check.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

TEST(InstanceSampler, KeepsTheRulesOfSamplers) {
  ExpectKeepsTheRules("instance", Chips(37, -1), 8);
}

TEST(InstanceSampler, DrawsEveryChipOncePerEpochAcrossBatches) {
  const auto sampler = MakeInstanceSampler({4, 5, 6, 7, 8}, {.batch_size = 2});
  const Chips all = Draw(*sampler, 5);  // two epochs
  EXPECT_THAT(Chips(all.begin(), all.begin() + 5),
              testing::UnorderedElementsAre(4, 5, 6, 7, 8));
  EXPECT_THAT(Chips(all.begin() + 5, all.end()),
              testing::UnorderedElementsAre(4, 5, 6, 7, 8));
}

TEST(InstanceSampler, FillsABatchLargerThanTheDataSet) {
  const auto sampler = MakeInstanceSampler({1, 2}, {.batch_size = 5});
  EXPECT_EQ(sampler->Next().size(), 5U);
  EXPECT_EQ(sampler->batches_per_epoch(), 1);
}

TEST(InstanceSampler, NeedsChips) {
  EXPECT_THROW(MakeInstanceSampler({}, {}), TrainError);
}

}  // namespace
}  // namespace mien::train
