// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "image/resize.h"
#include "image/synthetic_image.h"

namespace mien {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

/// `width` x `height` pixels of one colour.
Image Flat(int width, int height, int red, int green, int blue) {
  Image image(width, height);
  for (std::size_t i = 0; i < image.pixels().size(); i += 3) {
    image.pixels()[i] = static_cast<std::uint8_t>(red);
    image.pixels()[i + 1] = static_cast<std::uint8_t>(green);
    image.pixels()[i + 2] = static_cast<std::uint8_t>(blue);
  }
  return image;
}

TEST(ToPlanar, SubtractsMeanAndDividesByDeviationPerChannel) {
  std::vector<float> out(3);
  ToPlanar(Flat(1, 1, 10, 20, 30),
           {.mean = {0, 10, 40}, .deviation = {1, 2, 5}},
           DensePlanes(out.data(), 1, 1));
  EXPECT_THAT(out, ElementsAre(10, 5, -2));
}

TEST(ToPlanar, PutsBlueFirstWhenAsked) {
  std::vector<float> out(3);
  ToPlanar(Flat(1, 1, 10, 20, 30),
           {.mean = {1, 2, 3}, .order = ColorOrder::kBgr},
           DensePlanes(out.data(), 1, 1));
  EXPECT_THAT(out, ElementsAre(27, 18, 9));
}

TEST(FitToPlanar, LetterboxKeepsTheAspectAndFillsWithLevelZero) {
  std::vector<float> out(3 * 4 * 4, -99.0F);
  const FitScale scale = FitToPlanar(Flat(8, 4, 11, 21, 31),
                                     4,
                                     4,
                                     FitMode::kLetterbox,
                                     {.mean = {1, 1, 1}},
                                     DensePlanes(out.data(), 4, 4));
  EXPECT_EQ(scale.scale_x, 0.5F);
  EXPECT_EQ(scale.scale_y, 0.5F);
  EXPECT_THAT(
      std::vector(out.begin(), out.begin() + 16),
      ElementsAre(
          10, 10, 10, 10, 10, 10, 10, 10, -1, -1, -1, -1, -1, -1, -1, -1));
  EXPECT_THAT(std::vector(out.begin() + 32, out.begin() + 40), Each(30));
}

TEST(FitToPlanar, LetterboxOfATallPictureFillsTheRight) {
  std::vector<float> out(3 * 2 * 2, -99.0F);
  FitToPlanar(Flat(1, 2, 9, 8, 7),
              2,
              2,
              FitMode::kLetterbox,
              {.order = ColorOrder::kBgr},
              DensePlanes(out.data(), 2, 2));
  EXPECT_THAT(out, ElementsAre(7, 0, 7, 0, 8, 0, 8, 0, 9, 0, 9, 0));
}

TEST(FitToPlanar, StretchScalesEachAxisByItself) {
  std::vector<float> out(3 * 4 * 4);
  const FitScale scale = FitToPlanar(Flat(8, 2, 5, 5, 5),
                                     4,
                                     4,
                                     FitMode::kStretch,
                                     {},
                                     DensePlanes(out.data(), 4, 4));
  EXPECT_EQ(scale.scale_x, 0.5F);
  EXPECT_EQ(scale.scale_y, 2.0F);
  EXPECT_THAT(out, Each(5));
}

TEST(FitToPlanar, AveragesWhenShrinkingByTwoOrMore) {
  Image image(4, 4);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x) {
      image.row(y)[3 * x] = static_cast<std::uint8_t>(4 * y + x);
    }
  }
  std::vector<float> out(3);
  FitToPlanar(image,
              1,
              1,
              FitMode::kLetterbox,
              {.deviation = {2, 1, 1}},
              DensePlanes(out.data(), 1, 1));
  EXPECT_THAT(out, ElementsAre(3.75F, 0, 0));
}

TEST(FitToPlanar, CopiesAPictureOfTheCanvasSize) {
  const Image image = NoiseImage(5, 3, 1);
  std::vector<float> fitted(45);
  std::vector<float> direct(45);
  FitToPlanar(
      image, 5, 3, FitMode::kLetterbox, {}, DensePlanes(fitted.data(), 5, 3));
  ToPlanar(image, {}, DensePlanes(direct.data(), 5, 3));
  EXPECT_EQ(fitted, direct);
}

TEST(FitToPlanar, KeepsAtLeastOnePixelOfAThinPicture) {
  std::vector<float> out(3 * 4 * 4);
  const FitScale scale = FitToPlanar(Flat(1000, 1, 5, 5, 5),
                                     4,
                                     4,
                                     FitMode::kLetterbox,
                                     {},
                                     DensePlanes(out.data(), 4, 4));
  EXPECT_EQ(scale.scale_y, 1.0F);
  EXPECT_EQ(out[3], 5.0F);
  EXPECT_EQ(out[4], 0.0F);
}

}  // namespace
}  // namespace mien
