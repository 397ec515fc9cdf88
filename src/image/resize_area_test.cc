// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "image/resize.h"

namespace mien {
namespace {

using ::testing::ElementsAre;
using ::testing::Pointwise;

/// 4 x 2 pixels; red counts 0, 10, ... 70, green is red + 1, blue red + 2.
Image Ramp() {
  Image image(4, 2);
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      image.pixels()[3 * i + c] = static_cast<std::uint8_t>(10 * i + c);
    }
  }
  return image;
}

std::vector<float> Planar(const Image& image,
                          const PixelRect& crop,
                          int width,
                          int height,
                          float mean = 0.0F,
                          float scale = 1.0F) {
  std::vector<float> out(3 * static_cast<std::size_t>(width * height));
  ResizeAreaToPlanar(image,
                     crop,
                     width,
                     height,
                     mean,
                     scale,
                     DensePlanes(out.data(), width, height));
  return out;
}

TEST(ResizeArea, HalvesByAveragingFourPixels) {
  const Image half = ResizeArea(Ramp(), {0, 0, 4, 2}, 2, 1);
  // (0 + 10 + 40 + 50) / 4 and (20 + 30 + 60 + 70) / 4
  EXPECT_THAT(half.pixels(), ElementsAre(25, 26, 27, 45, 46, 47));
}

TEST(ResizeArea, RoundsHalvesUp) {
  Image image(2, 1);
  image.pixels()[0] = 10;
  image.pixels()[3] = 11;
  EXPECT_EQ(ResizeArea(image, {0, 0, 2, 1}, 1, 1).pixels()[0], 11);
}

TEST(ResizeArea, SharesInputsBetweenNeighboursLikeTorch) {
  // 4 columns to 3: windows [0, 2), [1, 3), [2, 4).
  const Image out = ResizeArea(Ramp(), {0, 0, 4, 1}, 3, 1);
  EXPECT_THAT(out.pixels(), ElementsAre(5, 6, 7, 15, 16, 17, 25, 26, 27));
}

TEST(ResizeArea, RepeatsPixelsWhenGrowing) {
  const Image out = ResizeArea(Ramp(), {0, 0, 2, 1}, 4, 1);
  EXPECT_THAT(out.pixels(),
              ElementsAre(0, 1, 2, 0, 1, 2, 10, 11, 12, 10, 11, 12));
}

TEST(ResizeArea, TakesTheCropOnly) {
  const Image out = ResizeArea(Ramp(), {2, 1, 4, 2}, 1, 1);
  EXPECT_THAT(out.pixels(), ElementsAre(65, 66, 67));
}

TEST(ResizeAreaToPlanar, WritesRedGreenBluePlanesNormalized) {
  EXPECT_THAT(Planar(Ramp(), {0, 0, 4, 2}, 2, 1, 20.0F, 0.5F),
              ElementsAre(2.5F, 12.5F, 3.0F, 13.0F, 3.5F, 13.5F));
}

TEST(ResizeAreaToPlanar, HonoursStrides) {
  std::vector<float> out(3 * 8, -1.0F);
  ResizeAreaToPlanar(
      Ramp(), {0, 0, 4, 2}, 1, 2, 0.0F, 1.0F, {out.data(), 2, 8});
  EXPECT_THAT(std::vector<float>(out.begin(), out.begin() + 10),
              ElementsAre(15, -1, 55, -1, -1, -1, -1, -1, 16, -1));
}

// torch.nn.functional.interpolate(x, size=(3, 5), mode="area") of the picture
// 7 wide, 5 high with level (37 y + 11 x + 5 c) mod 251.
TEST(ResizeAreaToPlanar, EqualsTorch) {
  Image image(7, 5);
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 7; ++x) {
      for (int c = 0; c < 3; ++c) {
        image.row(y)[3 * x + c] =
            static_cast<std::uint8_t>((37 * y + 11 * x + 5 * c) % 251);
      }
    }
  }
  const std::vector<float> expected = {
      24.0F,  35.0F,  51.5F,  68.0F,  79.0F,  79.5F,  90.5F,  107.0F, 123.5F,
      134.5F, 135.0F, 146.0F, 162.5F, 179.0F, 190.0F, 29.0F,  40.0F,  56.5F,
      73.0F,  84.0F,  84.5F,  95.5F,  112.0F, 128.5F, 139.5F, 140.0F, 151.0F,
      167.5F, 184.0F, 195.0F, 34.0F,  45.0F,  61.5F,  78.0F,  89.0F,  89.5F,
      100.5F, 117.0F, 133.5F, 144.5F, 145.0F, 156.0F, 172.5F, 189.0F, 200.0F};
  EXPECT_THAT(Planar(image, {0, 0, 7, 5}, 5, 3),
              Pointwise(::testing::FloatNear(1e-4F), expected));
}

TEST(ResizeAreaToPlanar, AveragesWindowsTooTallForSixteenBits) {
  Image image(2, 600);
  for (int y = 0; y < 600; ++y) {
    image.row(y)[0] = 255;
    image.row(y)[4] = static_cast<std::uint8_t>(y % 2 == 0 ? 100 : 200);
  }
  EXPECT_THAT(Planar(image, {0, 0, 2, 600}, 1, 1),
              ElementsAre(127.5F, 75.0F, 0.0F));
}

}  // namespace
}  // namespace mien
