// SPDX-License-Identifier: Apache-2.0
#include "image/draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace mien {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr Color kWhite = {255, 255, 255, 255};

/// The reds of row `y`.
std::vector<int> Reds(const Image& image, int y) {
  std::vector<int> reds;
  for (int x = 0; x < image.width(); ++x) {
    reds.push_back(image.row(y)[3 * x]);
  }
  return reds;
}

/// The reds of the whole picture.
std::vector<int> AllReds(const Image& image) {
  std::vector<int> all;
  for (int y = 0; y < image.height(); ++y) {
    const std::vector<int> row = Reds(image, y);
    all.insert(all.end(), row.begin(), row.end());
  }
  return all;
}

TEST(FillBox, CoversWholePixelsExactly) {
  Image image(4, 3);
  FillBox(image, {1, 1, 3, 2}, kWhite);
  EXPECT_THAT(AllReds(image),
              ElementsAre(0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 0));
}

TEST(FillBox, CoversHalfPixelsByHalf) {
  Image image(3, 1);
  FillBox(image, {0.5F, -5, 2.5F, 6}, kWhite);
  EXPECT_THAT(Reds(image, 0), ElementsAre(128, 255, 128));
}

TEST(FillBox, BlendsByAlpha) {
  Image image(1, 1);
  image.pixels()[0] = 100;
  FillBox(
      image, {0, 0, 1, 1}, {.red = 200, .green = 0, .blue = 50, .alpha = 51});
  // a fifth of the new, four fifths of the old
  EXPECT_THAT(image.pixels(), ElementsAre(120, 0, 10));
}

TEST(FillBox, RoundsItsCorners) {
  Image image(6, 6);
  FillBox(image, {0, 0, 6, 6}, kWhite, 3);
  EXPECT_LT(image.row(0)[0], 30);
  EXPECT_GT(image.row(3)[0], 230);
  EXPECT_EQ(image.row(2)[3 * 2], 255);
}

TEST(DrawBox, CentresItsLineOnTheEdge) {
  Image image(6, 5);
  DrawBox(image, {1, 1, 5, 4}, kWhite, 2);
  EXPECT_THAT(Reds(image, 2), ElementsAre(255, 255, 0, 0, 255, 255));
  EXPECT_THAT(Reds(image, 1), Each(255));
}

TEST(DrawDot, IsRoundAndInItsPlace) {
  Image image(5, 5);
  DrawDot(image, {2.5F, 2.5F}, 1.5F, kWhite);
  EXPECT_THAT(Reds(image, 2), ElementsAre(0, 255, 255, 255, 0));
  EXPECT_EQ(image.row(2)[3 * 1], image.row(1)[3 * 2]);
  EXPECT_LT(image.row(1)[3 * 1], 255);
}

TEST(DrawLine, CoversTheRowItRunsThrough) {
  Image image(5, 3);
  DrawLine(image, {1.5F, 1.5F}, {3.5F, 1.5F}, kWhite, 1);
  EXPECT_THAT(Reds(image, 0), Each(0));
  EXPECT_THAT(Reds(image, 1), ElementsAre(0, 255, 255, 255, 0));
}

TEST(Draw, CutsOffWhatLeavesThePicture) {
  Image image(3, 3);
  const float huge = std::numeric_limits<float>::max();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  FillBox(image, {-huge, -huge, huge, huge}, {.alpha = 0});
  DrawBox(image, {-9, -9, -5, -5}, kWhite, 1);
  DrawDot(image, {nan, nan}, 5, {});
  DrawLine(image, {-1e9F, 1}, {-2e9F, 1}, kWhite, 1);
  DrawText(image, {100, 100}, "far away", 12, kWhite);
  EXPECT_THAT(image.pixels(), Each(0));
}

TEST(Draw, IgnoresAnInvertedBox) {
  Image image(3, 3);
  FillBox(image, {2, 2, 1, 1}, kWhite);
  DrawBox(image, {2, 2, 1, 1}, kWhite, 3);
  EXPECT_THAT(image.pixels(), Each(0));
}

TEST(Blit, CopiesThePartInside) {
  Image image(2, 2);
  Image picture(2, 2);
  for (std::size_t i = 0; i < 4; ++i) {
    picture.pixels()[3 * i] = static_cast<std::uint8_t>(i + 1);
  }
  Blit(image, picture, 1, 1);
  EXPECT_THAT(AllReds(image), ElementsAre(0, 0, 0, 1));
  Blit(image, picture, -1, -1);
  EXPECT_THAT(AllReds(image), ElementsAre(4, 0, 0, 1));
  Blit(image, picture, 2, 0);
  Blit(image, picture, 0, -2);
  EXPECT_THAT(AllReds(image), ElementsAre(4, 0, 0, 1));
}

}  // namespace
}  // namespace mien
