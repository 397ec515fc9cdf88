// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/memory_plan.h"

#include <gtest/gtest.h>

#include <random>

namespace mien::onednn {
namespace {

TEST(PlanMemory, GivesDisjointLivesTheSameBytes) {
  const std::vector<BufferLife> buffers = {{100, 0, 1}, {100, 2, 3}};
  const MemoryPlan plan = PlanMemory(buffers);
  EXPECT_EQ(plan.offsets, (std::vector<std::size_t>{0, 0}));
  EXPECT_EQ(plan.total_bytes, 128U);
}

TEST(PlanMemory, KeepsApartWhatMeetsInOneStep) {
  const std::vector<BufferLife> buffers = {{64, 0, 1}, {64, 1, 2}};
  const MemoryPlan plan = PlanMemory(buffers);
  EXPECT_EQ(plan.offsets, (std::vector<std::size_t>{0, 64}));
}

TEST(PlanMemory, PicksTheTightestGap) {
  // The two short-lived ones leave gaps of 192 and of 64 bytes.
  const std::vector<BufferLife> buffers = {{256, 0, 9},
                                           {192, 0, 1},
                                           {128, 0, 9},
                                           {64, 0, 1},
                                           {64, 0, 9},
                                           {64, 2, 3}};
  const MemoryPlan plan = PlanMemory(buffers);
  EXPECT_EQ(plan.offsets,
            (std::vector<std::size_t>{0, 256, 448, 576, 640, 576}));
  EXPECT_EQ(plan.total_bytes, 704U);
}

TEST(PlanMemory, OfNothingIsEmpty) {
  EXPECT_EQ(PlanMemory({}).total_bytes, 0U);
}

TEST(PlanMemory, NeverOverlapsBuffersAliveTogether) {
  std::mt19937 random(5);
  std::vector<BufferLife> buffers;
  for (int i = 0; i < 300; ++i) {
    const std::size_t first = random() % 100;
    buffers.push_back({1 + random() % 5000, first, first + random() % 20});
  }
  const MemoryPlan plan = PlanMemory(buffers);
  std::size_t sum = 0;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    sum += buffers[i].bytes;
    EXPECT_EQ(plan.offsets[i] % kBufferAlignment, 0U);
    EXPECT_LE(plan.offsets[i] + buffers[i].bytes, plan.total_bytes);
    for (std::size_t j = 0; j < i; ++j) {
      const bool meet = buffers[i].first_step <= buffers[j].last_step &&
                        buffers[j].first_step <= buffers[i].last_step;
      const bool apart =
          plan.offsets[i] + buffers[i].bytes <= plan.offsets[j] ||
          plan.offsets[j] + buffers[j].bytes <= plan.offsets[i];
      EXPECT_TRUE(!meet || apart) << i << " and " << j;
    }
  }
  EXPECT_LT(plan.total_bytes, sum / 3);
}

}  // namespace
}  // namespace mien::onednn
