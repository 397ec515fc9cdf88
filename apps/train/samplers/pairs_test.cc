// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/pairs.h"

#include "train/samplers/sampler_check.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

const Chips kLabels{0, 0, 0, 1, 1, 2, 2, 2, 3, -1};

std::int64_t LabelOf(std::int64_t chip) {
  return kLabels[static_cast<std::size_t>(chip)];
}

TEST(PairSampler, KeepsTheRulesOfSamplers) {
  ExpectKeepsTheRules("pairs", kLabels, 8);
}

TEST(PairSampler, DrawsMatedAndNonMatedPairsByTurns) {
  const auto sampler = MakePairSampler(kLabels, {.batch_size = 40});
  const Chips batch = sampler->Next();
  for (std::size_t i = 0; i < 40; i += 4) {
    EXPECT_EQ(LabelOf(batch[i]), LabelOf(batch[i + 1]));
    EXPECT_NE(batch[i], batch[i + 1]);
    EXPECT_NE(LabelOf(batch[i + 2]), LabelOf(batch[i + 3]));
  }
  EXPECT_THAT(batch, testing::Not(testing::Contains(9)));
}

TEST(PairSampler, BeginsPairsWithEveryChipThatHasAMate) {
  const auto sampler = MakePairSampler(kLabels, {.batch_size = 16});
  const Chips batch = sampler->Next();
  Chips anchors;
  for (std::size_t i = 0; i < 16; i += 2) anchors.push_back(batch[i]);
  EXPECT_THAT(anchors, testing::UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(PairSampler, NeedsAnEvenBatch) {
  EXPECT_THROW(MakePairSampler(kLabels, {.batch_size = 7}), TrainError);
}

}  // namespace
}  // namespace mien::train
