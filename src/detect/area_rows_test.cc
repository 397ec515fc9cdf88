// SPDX-License-Identifier: Apache-2.0
#include "detect/area_rows.h"

#include <gtest/gtest.h>

#include <random>

#include "image/resize.h"

namespace mien {
namespace {

Image Noise(int width, int height, unsigned seed) {
  std::mt19937 random(seed);
  Image image(width, height);
  for (std::uint8_t& sample : image.pixels()) {
    sample = static_cast<std::uint8_t>(random());
  }
  return image;
}

TEST(AreaRows, AveragesTheInputsUnderEachOutput) {
  // Three columns to two: outputs cover columns 0 to 1 and 1 to 2.
  Image image(3, 1);
  const std::vector<std::uint8_t> red = {10, 30, 90};
  for (int x = 0; x < 3; ++x) {
    image.row(0)[3 * x] = red[static_cast<std::size_t>(x)];
    image.row(0)[3 * x + 1] = 255;
  }
  AreaRows rows(image, 2, 1);
  std::vector<float> out(6);
  rows.Read(0, out.data(), 2);
  EXPECT_FLOAT_EQ(out[0], (20.0F - 127.5F) / 128.0F);
  EXPECT_FLOAT_EQ(out[1], (60.0F - 127.5F) / 128.0F);
  EXPECT_FLOAT_EQ(out[2], (255.0F - 127.5F) / 128.0F);
  EXPECT_FLOAT_EQ(out[4], -127.5F / 128.0F);
}

class AreaRowsSizes
    : public testing::TestWithParam<std::tuple<int, int, int, int>> {};

TEST_P(AreaRowsSizes, EqualsResizingThePictureAsAWhole) {
  const auto [width, height, out_width, out_height] = GetParam();
  const Image image = Noise(width, height, 7);
  const auto plane = static_cast<std::size_t>(out_width * out_height);
  std::vector<float> expected(3 * plane);
  ResizeAreaToPlanar(image,
                     WholeOf(image),
                     out_width,
                     out_height,
                     kMtcnnMean,
                     kMtcnnScale,
                     DensePlanes(expected.data(), out_width, out_height));
  AreaRows rows(image, out_width, out_height);
  std::vector<float> row(static_cast<std::size_t>(3 * out_width));
  for (int y = 0; y < out_height; ++y) {
    rows.Read(y, row.data(), out_width);
    for (int c = 0; c < 3; ++c) {
      for (int x = 0; x < out_width; ++x) {
        const std::size_t at = static_cast<std::size_t>(c) * plane +
                               static_cast<std::size_t>(y * out_width + x);
        ASSERT_NEAR(row[static_cast<std::size_t>(c * out_width + x)],
                    expected[at],
                    1e-6F)
            << "channel " << c << ", row " << y << ", column " << x;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes,
                         AreaRowsSizes,
                         testing::Values(std::tuple{97, 61, 59, 37},
                                         std::tuple{250, 251, 17, 12},
                                         std::tuple{20, 30, 33, 50},
                                         std::tuple{1, 900, 1, 2},
                                         std::tuple{64, 64, 64, 64},
                                         std::tuple{9, 3000, 3, 5}));

}  // namespace
}  // namespace mien
