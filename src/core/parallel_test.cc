// SPDX-License-Identifier: Apache-2.0
#include "core/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace mien {
namespace {

TEST(ParallelFor, CallsEveryIndexOnce) {
  std::vector<std::atomic<int>> calls(100);
  ParallelFor(100, 4, [&](int i) { ++calls[static_cast<std::size_t>(i)]; });
  for (const auto& count : calls) {
    EXPECT_EQ(count, 1);
  }
}

TEST(ParallelFor, KeepsTheOrderOnOneThread) {
  std::vector<int> order;
  ParallelFor(3, 1, [&](int i) { order.push_back(i); });
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
}

TEST(ParallelFor, DoesNothingForNoWork) {
  ParallelFor(0, 4, [](int) { FAIL(); });
}

TEST(ParallelFor, ThrowsWhatTheBodyThrew) {
  EXPECT_THROW(ParallelFor(8,
                           2,
                           [](int i) {
                             if (i == 3) {
                               throw std::runtime_error("three");
                             }
                           }),
               std::runtime_error);
}

}  // namespace
}  // namespace mien
