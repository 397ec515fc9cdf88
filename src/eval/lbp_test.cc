// SPDX-License-Identifier: Apache-2.0
#include "eval/lbp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace mien {
namespace {

TEST(UniformLabels, GiveFiftyEightPatternsALabelOfTheirOwn) {
  const auto labels = UniformLabels();
  EXPECT_EQ(std::ranges::count(labels, 58), 256 - 58);
  EXPECT_EQ(std::set<int>(labels.begin(), labels.end()).size(), 59U);
  EXPECT_EQ(labels[0b00000000], 0);
  EXPECT_NE(labels[0b11100001], 58);  // one run, across the seam
  EXPECT_EQ(labels[0b00000101], 58);
}

TEST(BinaryPatterns, SetTheBitsOfBrighterNeighbours) {
  // Bright to the right of the middle: the neighbours at 0, 45 and 315
  // degrees. Straight above, and left, it is as dark as in the middle, and
  // equal counts as brighter; only a darker neighbour clears a bit.
  const std::vector<float> luma = {0,
                                   9,
                                   9,  //
                                   0,
                                   5,
                                   9,  //
                                   0,
                                   0,
                                   9};
  // With radius 1: 0 degrees is 9, 90 is 9, 180 is 0, 270 is 0; the diagonals
  // lie at 0.71: 45 degrees among 9 9 9 5, 135 among 0 9 0 5, 225 among
  // 0 5 0 0, 315 among 5 9 0 9.
  const std::vector<std::uint8_t> patterns = BinaryPatterns(luma, 3, 3, 1);
  ASSERT_EQ(patterns.size(), 1U);
  EXPECT_EQ(patterns[0] & 0b01010101, 0b00000101);
  EXPECT_EQ(patterns[0], 0b10000111);
}

TEST(BinaryPatterns, AreAllOnesOnAnEvenSurface) {
  const std::vector<float> luma(49, 37.3F);
  const std::vector<std::uint8_t> patterns = BinaryPatterns(luma, 7, 7, 2);
  EXPECT_EQ(patterns, (std::vector<std::uint8_t>(9, 255)));
}

TEST(BinaryPatterns, DoNotChangeWithBrightness) {
  std::vector<float> luma(100);
  std::iota(luma.begin(), luma.end(), 0.0F);
  std::ranges::transform(
      luma, luma.begin(), [](float v) { return v * 37.0F - 50.0F * v; });
  std::vector<float> brighter = luma;
  std::ranges::transform(
      luma, brighter.begin(), [](float v) { return 2.0F * v + 40.0F; });
  EXPECT_EQ(BinaryPatterns(luma, 10, 10, 2),
            BinaryPatterns(brighter, 10, 10, 2));
}

TEST(ChiSquare, IsTheMeanOverTheCells) {
  const std::vector<float> a = {1.0F, 0.0F, 0.5F, 0.5F};
  const std::vector<float> b = {0.0F, 1.0F, 0.5F, 0.5F};
  EXPECT_EQ(ChiSquare(a, a), 0.0);
  EXPECT_EQ(ChiSquare(a, b), 1.0);  // 2 in the first cell, 0 in the second
  EXPECT_EQ(ChiSquare({}, {}), 0.0);
}

/// A chip with a bright disc at (x, y).
Image ChipWithDisc(int x, int y) {
  Image chip(112, 112);
  for (int row = 0; row < 112; ++row) {
    for (int column = 0; column < 112; ++column) {
      const int dx = column - x;
      const int dy = row - y;
      const auto level =
          static_cast<std::uint8_t>(dx * dx + dy * dy < 900 ? 200 : 60);
      std::fill_n(chip.row(row) + 3 * column, 3, level);
    }
  }
  return chip;
}

TEST(LbpMethod, FindsLikeChipsMoreAlikeThanOthers) {
  const LbpMethod method;
  const std::vector<Image> chips = {
      ChipWithDisc(40, 40), ChipWithDisc(41, 40), ChipWithDisc(70, 75)};
  const auto described = method.Describe(chips);
  ASSERT_TRUE(described);
  EXPECT_EQ((*described)[0].size(), 9U * 9U * 59U);
  EXPECT_NEAR(
      std::accumulate((*described)[0].begin(), (*described)[0].end(), 0.0),
      81.0,
      1e-3);
  EXPECT_EQ(method.Similarity((*described)[0], (*described)[0]), 1.0F);
  EXPECT_GT(method.Similarity((*described)[0], (*described)[1]),
            method.Similarity((*described)[0], (*described)[2]) + 0.05F);
}

TEST(LbpMethod, RefusesChipsOfAnotherSize) {
  const std::vector<Image> chips = {Image(100, 112)};
  const auto described = LbpMethod().Describe(chips);
  ASSERT_FALSE(described);
  EXPECT_EQ(described.error().message, "chip is 100 x 112; must be 112 x 112");
}

}  // namespace
}  // namespace mien
