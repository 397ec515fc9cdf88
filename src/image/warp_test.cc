// SPDX-License-Identifier: Apache-2.0
#include "image/warp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

#include "image/synthetic_image.h"

namespace mien {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

Affine Shift(float x, float y) { return {{1, 0, x, 0, 1, y}}; }

TEST(WarpAffine, IdentityCopies) {
  const Image image = NoiseImage(19, 7, 1);
  EXPECT_THAT(WarpAffine(image, {}, 19, 7).pixels(),
              ElementsAreArray(image.pixels()));
}

TEST(WarpAffine, ShiftsByWholePixelsAndFillsWithBlack) {
  Image image(2, 1);
  image.pixels()[0] = 10;
  image.pixels()[3] = 20;
  const Image out = WarpAffine(image, Shift(1, 0), 3, 1);
  EXPECT_THAT(out.pixels(), ElementsAre(0, 0, 0, 10, 0, 0, 20, 0, 0));
}

TEST(WarpAffine, InterpolatesBetweenPixelCentresAndTowardsBlack) {
  Image image(2, 1);
  image.pixels()[0] = 100;
  image.pixels()[3] = 200;
  const Image out = WarpAffine(image, Shift(0.5F, 0), 3, 1);
  EXPECT_THAT(out.pixels(), ElementsAre(50, 0, 0, 150, 0, 0, 100, 0, 0));
}

TEST(WarpAffine, ScalingByTwoKeepsTheOuterCornerInPlace) {
  Image image(2, 1);
  image.pixels()[0] = 0;
  image.pixels()[3] = 160;
  const Image out = WarpAffine(image, {{2, 0, 0, 0, 1, 0}}, 4, 1);
  // Centres of the output lie at 0.25, 0.75, 1.25, 1.75 of the input; beyond
  // the last centre (1.5) the value sinks towards the black border.
  EXPECT_THAT(out.pixels(),
              ElementsAre(0, 0, 0, 40, 0, 0, 120, 0, 0, 120, 0, 0));
}

// cv2.warpAffine(image, [[0.9, -0.3, 4.2], [0.3, 0.9, -2.7]], (6, 4)) of the
// picture 9 wide, 8 high with level (37 y + 29 x + 5 c) mod 251.
TEST(WarpAffine, EqualsOpenCv) {
  Image image(9, 8);
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 9; ++x) {
      for (int c = 0; c < 3; ++c) {
        image.row(y)[3 * x + c] =
            static_cast<std::uint8_t>((37 * y + 29 * x + 5 * c) % 251);
      }
    }
  }
  const Affine map =
      CornersFromCentres({{0.9F, -0.3F, 4.2F, 0.3F, 0.9F, -2.7F}});
  const Image out = WarpAffine(image, map, 6, 4);
  const std::vector<int> expected = {
      0, 0, 0, 0, 0, 0, 0,  0,  0,  79,  82,  86,  123, 128, 133, 139, 144, 149,
      0, 0, 0, 0, 0, 0, 5,  5,  5,  152, 157, 162, 170, 175, 180, 186, 191, 196,
      0, 0, 0, 0, 0, 0, 75, 77, 79, 191, 196, 201, 217, 222, 153, 192, 197, 133,
      0, 0, 0, 0, 0, 0, 88, 92, 95, 65,  70,  75,  67,  72,  39,  72,  77,  38};
  ASSERT_EQ(out.pixels().size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(out.pixels()[i], expected[i], 1) << i;
  }
}

TEST(WarpAffine, MapWithoutInverseGivesBlack) {
  const Image image = NoiseImage(4, 4, 1);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const Affine& map : {Affine{{1, 2, 0, 2, 4, 0}},
                            Affine{{0, 0, 0, 0, 0, 0}},
                            Affine{{nan, 0, 0, 0, 1, 0}}}) {
    EXPECT_THAT(WarpAffine(image, map, 3, 3).pixels(), Each(0));
  }
}

TEST(WarpAffine, SurvivesMapsFarOutsideOfThePicture) {
  const Image image = NoiseImage(4, 4, 1);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const Affine& map : {Affine{{1e-12F, 0, 0, 0, 1e-12F, 0}},
                            Affine{{1, 0, 1e30F, 0, 1, -1e30F}},
                            Affine{{1, 0, nan, 0, 1, nan}}}) {
    EXPECT_EQ(WarpAffine(image, map, 40, 3).width(), 40);
  }
}

TEST(Inverse, UndoesTheMap) {
  const Affine map = {{0.9F, -0.3F, 4.2F, 0.3F, 0.9F, -2.7F}};
  const Point back = Inverse(map).Apply(map.Apply({12.0F, 34.0F}));
  EXPECT_NEAR(back.x, 12.0F, 1e-4F);
  EXPECT_NEAR(back.y, 34.0F, 1e-4F);
}

TEST(CornersFromCentres, MovesHalfAPixelOnBothSides) {
  const Affine doubled = CornersFromCentres({{2, 0, 0, 0, 2, 0}});
  // The first pixel's centre stays the first pixel's centre.
  EXPECT_EQ(doubled.Apply({0.5F, 0.5F}), (Point{0.5F, 0.5F}));
  EXPECT_EQ(doubled.Apply({1.5F, 0.5F}), (Point{2.5F, 0.5F}));
}

}  // namespace
}  // namespace mien
