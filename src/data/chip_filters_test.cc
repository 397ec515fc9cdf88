// SPDX-License-Identifier: Apache-2.0
#include "data/chip_filters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "image/synthetic_image.h"

namespace mien {
namespace {

Image OneColor(int side,
               std::uint8_t red,
               std::uint8_t green,
               std::uint8_t blue) {
  Image image(side, side);
  for (std::size_t i = 0; i < image.pixels().size(); i += 3) {
    image.pixels()[i] = red;
    image.pixels()[i + 1] = green;
    image.pixels()[i + 2] = blue;
  }
  return image;
}

void ExpectPixel(
    const Image& image, int x, int y, int red, int green, int blue) {
  const std::uint8_t* pixel = image.row(y) + 3 * x;
  EXPECT_NEAR(pixel[0], red, 1);
  EXPECT_NEAR(pixel[1], green, 1);
  EXPECT_NEAR(pixel[2], blue, 1);
}

TEST(ChangeColor, AddsBrightnessAndCutsAtWhite) {
  Image image = OneColor(4, 10, 100, 250);
  ChangeColor(image, 20, 1, 1);
  ExpectPixel(image, 1, 2, 30, 120, 255);
}

TEST(ChangeColor, WithoutSaturationLeavesTheLuma) {
  // 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2
  Image image = OneColor(4, 200, 100, 50);
  ChangeColor(image, 0, 1, 0);
  ExpectPixel(image, 3, 3, 124, 124, 124);
}

TEST(ChangeColor, SpreadsContrastAroundTheMean) {
  Image image = OneColor(4, 80, 80, 80);
  std::fill_n(image.row(0), 24, std::uint8_t{120});  // half: the mean is 100
  ChangeColor(image, 0, 1.5F, 1);
  ExpectPixel(image, 0, 0, 130, 130, 130);
  ExpectPixel(image, 0, 3, 70, 70, 70);
}

TEST(ChangeColor, MovesSaturationAwayFromTheLuma) {
  // Luma 124.2: 200 + 0.5 * 75.8, 100 - 0.5 * 24.2, 50 - 0.5 * 74.2.
  Image image = OneColor(4, 200, 100, 50);
  ChangeColor(image, 0, 1, 1.5F);
  ExpectPixel(image, 0, 0, 238, 88, 13);
}

TEST(GaussianBlur, LeavesOneColorAsItIs) {
  const Image image = OneColor(21, 255, 0, 131);
  EXPECT_TRUE(
      std::ranges::equal(GaussianBlur(image, 2.5F).pixels(), image.pixels()));
}

TEST(GaussianBlur, SpreadsAPointAsAGaussian) {
  Image image(21, 21);
  image.row(10)[30] = 255;
  const Image blurred = GaussianBlur(image, 1.5F);
  for (const int d : {0, 1, 2, 3}) {
    // 255 / (2 pi 1.5^2) exp(-d^2 / (2 1.5^2))
    const double expected = 18.04 * std::exp(-d * d / 4.5);
    EXPECT_NEAR(blurred.row(10)[30 + 3 * d], expected, 1.2) << d;
    EXPECT_NEAR(blurred.row(10 - d)[30], expected, 1.2) << d;
  }
  EXPECT_EQ(blurred.row(10)[31], 0);
}

TEST(GaussianBlur, RepeatsTheBorder) {
  Image image(9, 9);
  std::fill_n(image.row(0), 27, std::uint8_t{200});
  // Of the Gaussian of deviation 1, rows at distance 0 and above: 0.7.
  EXPECT_NEAR(GaussianBlur(image, 1).row(0)[12], 0.7 * 200, 3);
}

TEST(GaussianBlur, TakesTheWidestOnASmallPicture) {
  const Image blurred = GaussianBlur(NoiseImage(5, 3, 1), kMaxBlurSigma);
  EXPECT_NEAR(blurred.row(0)[0], blurred.row(2)[12], 25);
}

TEST(ReduceResolution, AveragesWhatLiesTogether) {
  Image image = OneColor(8, 100, 100, 100);
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 24; ++x) {
      image.row(y)[x] = (x / 3 + y) % 2 == 0 ? 0 : 200;  // a chessboard
    }
  }
  const Image reduced = ReduceResolution(image, 4);
  EXPECT_EQ(reduced.width(), 8);
  ExpectPixel(reduced, 3, 3, 100, 100, 100);
}

TEST(ReduceResolution, DoesNotEnlarge) {
  const Image image = NoiseImage(8, 8, 1);
  EXPECT_TRUE(
      std::ranges::equal(ReduceResolution(image, 8).pixels(), image.pixels()));
}

TEST(CompressAgain, LosesMoreAtLowerQuality) {
  const Image image = NoiseImage(32, 32, 1);
  const auto loss = [&](int quality) {
    const Image again = CompressAgain(image, quality);
    double sum = 0;
    for (std::size_t i = 0; i < image.pixels().size(); ++i) {
      sum += std::abs(again.pixels()[i] - image.pixels()[i]);
    }
    return sum / static_cast<double>(image.pixels().size());
  };
  EXPECT_LT(loss(95), 8);
  EXPECT_GT(loss(20), 25);
}

}  // namespace
}  // namespace mien
