// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "image/resize.h"
#include "image/synthetic_image.h"

namespace mien {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

/// 9 x 7 pixels of level (37 y + 29 x + 50 c) mod 251.
Image Pattern() {
  Image image(9, 7);
  for (int y = 0; y < 7; ++y) {
    for (int x = 0; x < 9; ++x) {
      for (int c = 0; c < 3; ++c) {
        image.row(y)[3 * x + c] =
            static_cast<std::uint8_t>((37 * y + 29 * x + 50 * c) % 251);
      }
    }
  }
  return image;
}

Image TwoPixels(std::uint8_t left, std::uint8_t right) {
  Image image(2, 1);
  image.pixels()[0] = left;
  image.pixels()[3] = right;
  return image;
}

void ExpectNear(const Image& image, const std::vector<int>& expected, int by) {
  ASSERT_EQ(image.pixels().size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(image.pixels()[i], expected[i], by) << "at " << i;
  }
}

TEST(ResizeBilinear, DoublesBetweenCentres) {
  // Centres at -0.25, 0.25, 0.75, 1.25 of the input; the border repeats.
  const Image image = ResizeBilinear(TwoPixels(0, 100), {0, 0, 2, 1}, 4, 1);
  EXPECT_THAT(image.pixels(),
              ElementsAre(0, 0, 0, 25, 0, 0, 75, 0, 0, 100, 0, 0));
}

TEST(ResizeBilinear, SameSizeCopies) {
  const Image image = NoiseImage(13, 9, 2);
  EXPECT_THAT(ResizeBilinear(image, WholeOf(image), 13, 9).pixels(),
              ElementsAreArray(image.pixels()));
}

// cv2.resize(pattern[1:6, 2:8], (4, 3), interpolation=cv2.INTER_LINEAR)
TEST(ResizeBilinear, ShrinksACropLikeOpenCv) {
  ExpectNear(ResizeBilinear(Pattern(), {2, 1, 8, 6}, 4, 3),
             {114, 164, 194, 158, 208, 49,  201, 126, 50,  182, 44,  94,
              176, 226, 25,  220, 82,  69,  12,  62,  112, 56,  106, 156,
              196, 37,  87,  51,  80,  130, 74,  124, 174, 117, 167, 217},
             1);
}

// cv2.resize(pattern[0:3, 0:2], (5, 4), interpolation=cv2.INTER_LINEAR)
TEST(ResizeBilinear, GrowsACropLikeOpenCv) {
  ExpectNear(
      ResizeBilinear(Pattern(), {0, 0, 2, 3}, 5, 4),
      {0,  50,  100, 3,  53,  103, 14, 64,  114, 26,  76,  126, 29,  79,  129,
       23, 73,  123, 26, 76,  126, 37, 87,  137, 49,  99,  149, 52,  102, 152,
       51, 101, 151, 54, 104, 154, 65, 115, 165, 77,  127, 177, 80,  130, 180,
       74, 124, 174, 77, 127, 177, 88, 138, 188, 100, 150, 200, 103, 153, 203},
      1);
}

// PIL.Image.fromarray(pattern).crop((2, 1, 8, 6)).resize((4, 3), BILINEAR)
TEST(ResizeBilinearAntialias, ShrinksACropLikePil) {
  ExpectNear(ResizeBilinearAntialias(Pattern(), {2, 1, 8, 6}, 4, 3),
             {122, 172, 182, 163, 201, 59,  204, 111, 53,  178, 44,  94,
              180, 174, 64,  168, 116, 70,  82,  67,  111, 73,  102, 152,
              184, 37,  87,  64,  78,  128, 69,  119, 169, 110, 160, 210},
             0);
}

// PIL.Image.fromarray(pattern).crop((0, 0, 2, 3)).resize((5, 4), BILINEAR)
TEST(ResizeBilinearAntialias, GrowsACropLikePil) {
  ExpectNear(
      ResizeBilinearAntialias(Pattern(), {0, 0, 2, 3}, 5, 4),
      {0,  50,  100, 3,  53,  103, 15, 65,  115, 26,  76,  126, 29,  79,  129,
       23, 73,  123, 26, 76,  126, 38, 88,  138, 49,  99,  149, 52,  102, 152,
       51, 101, 151, 54, 104, 154, 66, 116, 166, 77,  127, 177, 80,  130, 180,
       74, 124, 174, 77, 127, 177, 89, 139, 189, 100, 150, 200, 103, 153, 203},
      0);
}

TEST(ResizeBilinearAntialias, ShrinkingWeighsEveryPixel) {
  // Triangle of support 2 around the middle of two: both weigh the same.
  const Image image =
      ResizeBilinearAntialias(TwoPixels(10, 20), {0, 0, 2, 1}, 1, 1);
  EXPECT_THAT(image.pixels(), ElementsAre(15, 0, 0));
}

}  // namespace
}  // namespace mien
