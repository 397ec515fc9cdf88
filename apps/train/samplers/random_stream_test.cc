// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/random_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace mien::train {
namespace {

// Published output of SplitMix64 for this seed.
TEST(RandomStream, DrawsTheNumbersOfSplitMix64) {
  RandomStream random(1234567);
  EXPECT_EQ(random.Next(), 6457827717110365317U);
  EXPECT_EQ(random.Next(), 3203168211198807973U);
  EXPECT_EQ(random.Next(), 9817491932198370423U);
}

TEST(RandomStream, DiffersInEverySeedEpochAndBatch) {
  const std::array first{RandomStream(1, 0, 0).Next(),
                         RandomStream(2, 0, 0).Next(),
                         RandomStream(1, 1, 0).Next(),
                         RandomStream(1, 0, 1).Next(),
                         RandomStream(1, 1, 1).Next()};
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_THAT(first, testing::Contains(first[i]).Times(1));
  }
}

TEST(RandomStream, DrawsEveryNumberBelowTheBoundEquallyOften) {
  RandomStream random(3);
  std::array<int, 5> counts{};
  for (int i = 0; i < 5000; ++i) {
    ++counts.at(static_cast<std::size_t>(random.Below(5)));
  }
  // 1000 expected, standard deviation 28.
  EXPECT_THAT(
      counts,
      testing::Each(testing::AllOf(testing::Gt(880), testing::Lt(1120))));
}

TEST(RandomStream, ShufflesIntoEveryOrderEquallyOften) {
  std::array<int, 27> counts{};
  RandomStream random(4);
  for (int i = 0; i < 6000; ++i) {
    std::vector<std::int64_t> values{0, 1, 2};
    random.Shuffle(values);
    EXPECT_THAT(values, testing::UnorderedElementsAre(0, 1, 2));
    ++counts.at(
        static_cast<std::size_t>(9 * values[0] + 3 * values[1] + values[2]));
  }
  for (const int order : {5, 7, 11, 15, 19, 21}) {  // 012 021 102 120 201 210
    EXPECT_NEAR(counts.at(static_cast<std::size_t>(order)), 1000, 120);
  }
}

}  // namespace
}  // namespace mien::train
