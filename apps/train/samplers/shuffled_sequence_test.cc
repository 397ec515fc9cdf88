// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/shuffled_sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien::train {
namespace {

TEST(ShuffledSequence, HasEveryValueOncePerEpoch) {
  ShuffledSequence sequence({3, 5, 8, 9}, 1);
  for (std::int64_t epoch = 0; epoch < 5; ++epoch) {
    EXPECT_THAT(sequence.Slice(4 * epoch, 4),
                testing::UnorderedElementsAre(3, 5, 8, 9));
  }
}

TEST(ShuffledSequence, ShufflesEachEpochAnew) {
  std::vector<std::int64_t> values(100);
  for (std::size_t i = 0; i < 100; ++i) values[i] = static_cast<int>(i);
  ShuffledSequence sequence(values, 1);
  EXPECT_NE(sequence.Slice(0, 100), values);
  EXPECT_NE(sequence.Slice(0, 100), sequence.Slice(100, 100));
  EXPECT_NE(sequence.Slice(0, 100), ShuffledSequence(values, 2).Slice(0, 100));
}

TEST(ShuffledSequence, FindsAPositionWithoutThoseBefore) {
  ShuffledSequence walked({0, 1, 2, 3, 4}, 7);
  const std::vector<std::int64_t> all = walked.Slice(0, 50);
  for (const std::int64_t position : {49, 0, 23, 24, 25}) {
    EXPECT_EQ(ShuffledSequence({0, 1, 2, 3, 4}, 7).At(position),
              all[static_cast<std::size_t>(position)]);
    EXPECT_EQ(walked.At(position), all[static_cast<std::size_t>(position)]);
  }
}

}  // namespace
}  // namespace mien::train
