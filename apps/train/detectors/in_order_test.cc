// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/in_order.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace mien::train {
namespace {

TEST(InOrder, HandsOutByNumberWhateverTheThreads) {
  for (const int threads : {1, 4}) {
    InOrder<std::uint64_t> squares({.threads = threads, .first = 5},
                                   [](std::uint64_t i) { return i * i; });
    for (std::uint64_t i = 5; i < 60; ++i) {
      ASSERT_EQ(squares.Next(), i * i);
    }
  }
}

TEST(InOrder, MakesNoMoreAheadThanAllowed) {
  std::atomic<std::uint64_t> most = 0;
  {
    InOrder<int> things({.threads = 2, .ahead = 3}, [&](std::uint64_t i) {
      most = std::max(most.load(), i);
      return 0;
    });
    for (int i = 0; i < 10; ++i) {
      things.Next();
    }
  }
  EXPECT_LE(most, 10U + 3U);
}

TEST(InOrder, ThrowsWhatMakingThrewAtItsTurn) {
  InOrder<int> things({.threads = 2}, [](std::uint64_t i) -> int {
    if (i == 1) {
      throw std::runtime_error("broken picture");
    }
    return static_cast<int>(i);
  });
  EXPECT_EQ(things.Next(), 0);
  EXPECT_THROW(things.Next(), std::runtime_error);
  EXPECT_EQ(things.Next(), 2);
}

}  // namespace
}  // namespace mien::train
