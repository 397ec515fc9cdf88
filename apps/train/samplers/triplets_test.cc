// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/triplets.h"

#include "train/samplers/sampler_check.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

const Chips kLabels{0, 0, 0, 1, 1, 2, 2, 2, 3, -1};

TEST(TripletSampler, KeepsTheRulesOfSamplers) {
  ExpectKeepsTheRules("triplets", kLabels, 12);
}

TEST(TripletSampler, DrawsAnchorPositiveAndNegative) {
  const auto sampler = MakeTripletSampler(kLabels, {.batch_size = 60});
  const Chips batch = sampler->Next();
  for (std::size_t i = 0; i < 60; i += 3) {
    const auto label = [&](std::size_t row) {
      return kLabels[static_cast<std::size_t>(batch[row])];
    };
    EXPECT_EQ(label(i), label(i + 1));
    EXPECT_NE(batch[i], batch[i + 1]);
    EXPECT_NE(label(i), label(i + 2));
    EXPECT_GE(label(i + 2), 0);
  }
}

TEST(TripletSampler, NeedsWholeTriplets) {
  EXPECT_THROW(MakeTripletSampler(kLabels, {.batch_size = 8}), TrainError);
}

}  // namespace
}  // namespace mien::train
