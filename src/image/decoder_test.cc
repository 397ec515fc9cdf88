// SPDX-License-Identifier: Apache-2.0
#include "image/decoder.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace mien {
namespace {

TEST(DecodeBudget, AcceptsUpToItsLimits) {
  const DecodeBudget budget({.max_pixels = 200, .max_side_px = 20});
  EXPECT_TRUE(budget.CheckSize("PNG", 20, 10));
  EXPECT_EQ(budget.CheckSize("PNG", 21, 1).error().message,
            "PNG is 21 x 1 pixels; the longest side accepted is 20");
  EXPECT_EQ(budget.CheckSize("PNG", 20, 11).error().message,
            "PNG is 20 x 11 pixels; at most 200 in all are accepted");
}

TEST(DecodeBudget, DoesNotOverflow) {
  const auto huge = std::numeric_limits<std::int64_t>::max();
  const DecodeBudget budget(
      {.max_pixels = 100, .max_side_px = std::numeric_limits<int>::max()});
  EXPECT_FALSE(budget.CheckSize("PNG", huge, huge));
  EXPECT_FALSE(budget.CheckSize("PNG", 2147483647, 2147483647));
}

TEST(DecodeBudget, TakesEmptyPicturesForDamaged) {
  const DecodeBudget budget({});
  EXPECT_EQ(budget.CheckSize("PNG", 0, 5).error().code,
            ErrorCode::kInvalidImage);
  EXPECT_EQ(budget.CheckSize("PNG", 5, -1).error().message,
            "PNG is 5 x -1 pixels");
}

TEST(DecodeBudget, StartsItsClockWhenMade) {
  EXPECT_FALSE(DecodeBudget({}).TimeIsUp());
  const DecodeBudget spent({.max_time = std::chrono::milliseconds(-5)});
  EXPECT_TRUE(spent.TimeIsUp());
  EXPECT_EQ(spent.TimeError("PNG").message,
            "PNG took longer than -5 ms to decode");
}

TEST(OverWhite, BlendsAndRounds) {
  EXPECT_EQ(OverWhite(0, 255), 0);
  EXPECT_EQ(OverWhite(0, 0), 255);
  EXPECT_EQ(OverWhite(255, 77), 255);
  EXPECT_EQ(OverWhite(0, 51), 204);
  EXPECT_EQ(OverWhite(100, 128), 177);  // 177.2
}

TEST(LayOverWhite, TakesFourBytesAndGivesThree) {
  const std::uint8_t rgba[] = {1, 2, 3, 255, 9, 9, 9, 0};
  std::uint8_t rgb[6] = {};
  LayOverWhite(rgba, 2, rgb);
  EXPECT_EQ(rgb[0], 1);
  EXPECT_EQ(rgb[2], 3);
  EXPECT_EQ(rgb[3], 255);
}

}  // namespace
}  // namespace mien
