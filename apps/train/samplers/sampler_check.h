// SPDX-License-Identifier: Apache-2.0
//
// For tests: what every sampler keeps to.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "train/samplers/sampler.h"

namespace mien::train {

using Chips = std::vector<std::int64_t>;

/// The next `count` batches, one after the other.
inline Chips Draw(Sampler& sampler, int count) {
  Chips all;
  for (int i = 0; i < count; ++i) {
    const Chips batch = sampler.Next();
    all.insert(all.end(), batch.begin(), batch.end());
  }
  return all;
}

/// Batches depend on the seed, a sampler goes on after Seek() as if it had
/// never stopped, and two ranks together draw the batches of one process.
inline void ExpectKeepsTheRules(std::string_view spec,
                                const Chips& labels,
                                std::int64_t batch_size) {
  const SamplerSetting setting{.batch_size = batch_size, .seed = 5};
  const auto sampler = MakeSampler(spec, labels, setting);
  std::vector<Chips> batches;
  for (int i = 0; i < 12; ++i) {
    batches.push_back(sampler->Next());
    EXPECT_EQ(batches.back().size(), static_cast<std::size_t>(batch_size));
  }
  EXPECT_EQ(sampler->step(), 12);
  EXPECT_GE(sampler->batches_per_epoch(), 1);

  SamplerSetting other_seed = setting;
  other_seed.seed = 6;
  EXPECT_NE(Draw(*MakeSampler(spec, labels, other_seed), 1), batches[0]);

  const auto resumed = MakeSampler(spec, labels, setting);
  resumed->Seek(5);
  for (std::size_t i = 5; i < 12; ++i) EXPECT_EQ(resumed->Next(), batches[i]);

  SamplerSetting first = setting;
  first.world_size = 2;
  SamplerSetting second = first;
  second.rank = 1;
  const auto left = MakeSampler(spec, labels, first);
  const auto right = MakeSampler(spec, labels, second);
  for (const Chips& batch : batches) {
    Chips both = left->Next();
    const Chips rest = right->Next();
    EXPECT_EQ(both.size(), rest.size());
    both.insert(both.end(), rest.begin(), rest.end());
    EXPECT_THAT(both, testing::UnorderedElementsAreArray(batch));
  }
}

}  // namespace mien::train
