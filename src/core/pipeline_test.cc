// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <vector>

namespace mien {
namespace {

TEST(RunInOrder, EmitsInOrderWhateverTheThreadsDo) {
  std::vector<int> expected(200);
  std::iota(expected.begin(), expected.end(), 0);
  std::vector<int> emitted;
  RunInOrder<int>(
      200,
      8,
      [](int i) {
        // Uneven work, so that later items finish first.
        volatile int spin = i % 7 == 0 ? 20000 : 10;
        while (spin > 0) {
          spin = spin - 1;
        }
        return 10 * i;
      },
      [&](int i, int result) {
        EXPECT_EQ(result, 10 * i);
        emitted.push_back(i);
      });
  EXPECT_EQ(emitted, expected);
}

TEST(RunInOrder, HoldsBackWorkFarAheadOfASlowItem) {
  std::atomic<int> started = 0;
  std::atomic<int> started_before_first_emit = 0;
  RunInOrder<int>(
      100,
      2,
      [&](int i) {
        ++started;
        if (i == 0) {
          // The other thread may start items 1 to 7 of the window of 8.
          while (started < 8) {
          }
        }
        return i;
      },
      [&](int i, int) {
        if (i == 0) {
          started_before_first_emit = started.load();
        }
      });
  EXPECT_EQ(started_before_first_emit, 8);
  EXPECT_EQ(started, 100);
}

}  // namespace
}  // namespace mien
