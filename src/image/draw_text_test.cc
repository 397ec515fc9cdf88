// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "image/draw.h"

namespace mien {
namespace {

constexpr Color kWhite = {255, 255, 255, 255};

/// The levels of `text`, white on black, 40 pixels high.
std::string Drawn(std::string_view text) {
  Image image(60, 44);
  DrawText(image, {2, 2}, text, 40, kWhite);
  return {image.pixels().begin(), image.pixels().end()};
}

TEST(DrawText, DrawsEveryPrintableCharacterAndEachDifferently) {
  std::set<std::string> seen;
  for (char character = ' '; character <= '~'; ++character) {
    EXPECT_TRUE(seen.insert(Drawn(std::string(1, character))).second)
        << character;
  }
  EXPECT_EQ(seen.size(), 95U);
}

TEST(DrawText, DrawsCapitalTAsTwoBars) {
  // 22 pixels high: 1.8 pixels per unit, strokes 2.2 wide.
  Image image(14, 22);
  DrawText(image, {0, 0}, "T", 22, kWhite);
  // The stem runs 3 units from the left: at 1.1 + 5.4 = 6.5 pixels.
  EXPECT_EQ(image.row(10)[3 * 6], 255);
  EXPECT_EQ(image.row(10)[3 * 2], 0);
  EXPECT_EQ(image.row(1)[3 * 2], 255);
  EXPECT_EQ(image.row(20)[3 * 6], 0);
}

TEST(DrawText, StaysInsideOfWhatMeasureTextSays) {
  const std::string_view text = "Wgj|_@(%)";
  const TextExtent extent = MeasureText(text, 16);
  Image image(200, 40);
  DrawText(image, {10, 10}, text, 16, kWhite);
  const int last_x = 11 + static_cast<int>(extent.width);
  const int last_y = 11 + static_cast<int>(extent.height);
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const bool inside = x >= 9 && y >= 9 && x <= last_x && y <= last_y;
      if (!inside) {
        EXPECT_EQ(image.row(y)[3 * x], 0) << x << ", " << y;
      }
    }
  }
}

TEST(DrawText, ShowsABoxForOtherCharacters) {
  EXPECT_EQ(Drawn("\x01"), Drawn("\xFF"));
  EXPECT_NE(Drawn("\x01"), Drawn(" "));
}

TEST(MeasureText, GrowsWithTextAndSize) {
  EXPECT_EQ(MeasureText("", 20).width, 0.0F);
  EXPECT_LT(MeasureText("a", 20).width, MeasureText("aa", 20).width);
  EXPECT_FLOAT_EQ(MeasureText("face 0.98", 40).width,
                  2 * MeasureText("face 0.98", 20).width);
}

}  // namespace
}  // namespace mien
