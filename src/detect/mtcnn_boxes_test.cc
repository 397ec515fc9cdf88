// SPDX-License-Identifier: Apache-2.0
#include "detect/mtcnn_boxes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST(PyramidLevels, ShrinkUntilTheShortSideIsOneCell) {
  // 100 * 0.6 = 60 >= 12; 42.54; 30.16; 21.38; 15.16; 10.7 < 12.
  const auto levels = PyramidLevels(150, 100, 20, 0.709);
  ASSERT_THAT(levels, SizeIs(5));
  EXPECT_EQ(levels[0].width, 91);  // 150 * 0.6 + 1, cut
  EXPECT_EQ(levels[0].height, 61);
  EXPECT_EQ(levels[1].width, 64);  // 63.81 + 1
  EXPECT_EQ(levels[1].height, 43);
  EXPECT_NEAR(levels[4].scale, 0.1516129, 1e-6);
  EXPECT_EQ(levels[4].width, 23);
  EXPECT_EQ(levels[4].height, 16);
}

TEST(PyramidLevels, NoneForAPictureSmallerThanTheSmallestFace) {
  EXPECT_THAT(PyramidLevels(300, 19, 20, 0.709), IsEmpty());
  EXPECT_THAT(PyramidLevels(300, 20, 20, 0.709), SizeIs(1));
}

TEST(CellBox, CornersAreRoundedDown) {
  // (2 * 3 + 1) / 0.6 = 11.67, (2 * 5 + 1) / 0.6 = 18.33,
  // (2 * 3 + 12) / 0.6 = 30, (2 * 5 + 12) / 0.6 = 36.67. In float32 18 / 0.6
  // is just below 30.
  EXPECT_EQ(CellBox(3, 5, 0.6), (Box{11, 18, 29, 36}));
}

TEST(ApplyRegression, FirstStageTakesHalfOpenExtents) {
  EXPECT_EQ(
      ApplyRegression(
          {10, 20, 30, 60}, {0.5F, -0.25F, 0.25F, 0}, BoxExtent::kHalfOpen),
      (Box{20, 10, 35, 60}));
}

TEST(ApplyRegression, LaterStagesCountTheLastPixel) {
  EXPECT_EQ(
      ApplyRegression(
          {10, 20, 29, 59}, {0.5F, -0.25F, 0.25F, 0}, BoxExtent::kInclusive),
      (Box{20, 10, 34, 59}));
}

TEST(SquareUp, KeepsTheCentreAndTheLongerSide) {
  EXPECT_EQ(SquareUp({10, 20, 30, 60}), (Box{0, 20, 40, 60}));
  EXPECT_EQ(SquareUp({10, 20, 60, 30}), (Box{10, 0, 60, 50}));
}

bool IsEmptyRect(const PixelRect& rect) {
  return rect.width() <= 0 || rect.height() <= 0;
}

TEST(CropRect, CutsCornersTowardsZero) {
  EXPECT_EQ(CropRect({10.9F, 20.2F, 30.9F, 41.1F}, 100, 100),
            (PixelRect{9, 19, 30, 41}));
}

TEST(CropRect, ClipsToThePictureWithoutPadding) {
  EXPECT_EQ(CropRect({-7.5F, 0.5F, 130, 90}, 100, 80),
            (PixelRect{0, 0, 100, 80}));
}

TEST(CropRect, IsEmptyOutsideThePicture) {
  EXPECT_TRUE(IsEmptyRect(CropRect({-30, 5, -2, 20}, 100, 80)));
  EXPECT_TRUE(IsEmptyRect(CropRect({150, 5, 170, 20}, 100, 80)));
  EXPECT_TRUE(IsEmptyRect(CropRect({1e30F, 5, 2e30F, 20}, 100, 80)));
}

TEST(LandmarksInPicture, CountFromTheInclusiveExtentMinusOne) {
  const Landmarks points = LandmarksInPicture({10, 20, 109, 119},
                                              {0.25F,
                                               0.75F,
                                               0.5F,
                                               0.3F,
                                               0.7F,  //
                                               0.4F,
                                               0.4F,
                                               0.5F,
                                               0.75F,
                                               0.75F});
  EXPECT_FLOAT_EQ(points[0].x, 34.0F);  // 100 * 0.25 + 10 - 1
  EXPECT_FLOAT_EQ(points[0].y, 59.0F);
  EXPECT_FLOAT_EQ(points[4].x, 79.0F);
  EXPECT_FLOAT_EQ(points[4].y, 94.0F);
}

}  // namespace
}  // namespace mien
