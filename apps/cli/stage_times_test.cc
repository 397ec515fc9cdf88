// SPDX-License-Identifier: Apache-2.0
#include "stage_times.h"

#include <gtest/gtest.h>

namespace mien::cli {
namespace {

TEST(SummarizeStage, TakesMedianAndEndsPerPicture) {
  const StageTime stage =
      SummarizeStage("detect", {{30.0, 5.0}, {10.0, 9.0}, {20.0, 7.0}}, 10);
  EXPECT_EQ(stage.name, "detect");
  EXPECT_EQ(stage.median_ms, 2.0);
  EXPECT_EQ(stage.fastest_ms, 1.0);
  EXPECT_EQ(stage.slowest_ms, 3.0);
  EXPECT_EQ(stage.cpu_ms, 0.7);
}

TEST(SummarizeStage, KnowsNothingOfNoRounds) {
  EXPECT_EQ(SummarizeStage("embed", {}, 10).median_ms, 0.0);
  EXPECT_EQ(SummarizeStage("embed", {{1.0, 1.0}}, 0).median_ms, 0.0);
}

TEST(StageTimes, CountsChipsInASecondOfAStage) {
  const StageTimes times = {
      .stages = {{"embed", 5.0}}, .num_pictures = 10, .num_chips = 40};
  // 50 ms for 40 chips.
  EXPECT_EQ(times.ChipsPerSecond(times.stages[0]), 800.0);
  EXPECT_EQ(times.ChipsPerSecond({}), 0.0);
}

}  // namespace
}  // namespace mien::cli
