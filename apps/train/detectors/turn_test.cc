// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/turn.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>

#include "image/rotate.h"
#include "image/synthetic_image.h"

namespace mien::train {
namespace {

void ExpectNear(const Box& box, const Box& expected) {
  EXPECT_NEAR(box.x0, expected.x0, 1e-3);
  EXPECT_NEAR(box.y0, expected.y0, 1e-3);
  EXPECT_NEAR(box.x1, expected.x1, 1e-3);
  EXPECT_NEAR(box.y1, expected.y1, 1e-3);
}

TEST(TurnPoint, TurnsClockwiseAroundThePivot) {
  // From the right of the pivot to below it.
  const Point below = TurnPoint({90, {10, 20}}, {13, 20});
  EXPECT_NEAR(below.x, 10, 1e-5);
  EXPECT_NEAR(below.y, 23, 1e-5);
}

TEST(TurnBox, ExchangesWidthAndHeightAtAQuarterTurn) {
  ExpectNear(TurnBox({90, {10, 20}}, {0, 0, 20, 40}), {-10, 10, 30, 30});
}

TEST(TurnBox, HoldsTheTurnedEllipse) {
  // Half axes 30 and 40; at 45 degrees both extents are their root mean square.
  const float half = std::sqrt((900.0F + 1600.0F) / 2);
  ExpectNear(TurnBox({45, {50, 60}}, {20, 20, 80, 100}),
             {50 - half, 60 - half, 50 + half, 60 + half});
}

TEST(TurnBox, KeepsTheSizeOfCirclesAndMovesTheirCentre) {
  // The centre goes from (20, 0) to 30 degrees below that.
  const float x = 20 * std::sqrt(3.0F) / 2;
  ExpectNear(TurnBox({30, {0, 0}}, {15, -5, 25, 5}), {x - 5, 5, x + 5, 15});
}

TEST(TurnFace, TurnsLandmarksAndKeepsTheRest) {
  const AnnotatedFace face = {
      .box = {10, 10, 30, 30},
      .landmarks =
          Landmarks{{{15, 15}, {25, 15}, {20, 20}, {15, 25}, {25, 25}}},
      .ignore = true};
  const AnnotatedFace turned = TurnFace({90, {20, 20}}, face);
  ASSERT_TRUE(turned.landmarks);
  EXPECT_NEAR((*turned.landmarks)[0].x, 25, 1e-4);  // left eye, now above
  EXPECT_NEAR((*turned.landmarks)[0].y, 15, 1e-4);
  EXPECT_NEAR((*turned.landmarks)[4].x, 15, 1e-4);
  EXPECT_NEAR((*turned.landmarks)[4].y, 25, 1e-4);
  EXPECT_TRUE(turned.ignore);
  EXPECT_FALSE(TurnFace({90, {20, 20}}, {.box = {0, 0, 1, 1}}).landmarks);
}

/// The greatest difference of a level.
int Difference(const Image& a, const Image& b) {
  int most = 0;
  for (std::size_t i = 0; i < a.pixels().size(); ++i) {
    most = std::max(most, std::abs(a.pixels()[i] - b.pixels()[i]));
  }
  return most;
}

TEST(CutTurned, IsAQuarterTurnAtNinetyDegrees) {
  const Image image = WavesImage(64, 64);
  const Image turned = CutTurned(image, {90, {32, 32}}, {0, 0}, 64, 64);
  EXPECT_LE(Difference(turned, Rotate(image, Rotation::k90)), 1);
}

TEST(CutTurned, ShowsTheSquareAtTheScaleAskedFor) {
  // The middle of a picture turned upside down, twice as large: the pixel right
  // below the pivot was left above it.
  Image image(40, 40);
  image.row(19)[3 * 19] = 200;
  const Image turned = CutTurned(image, {180, {20, 20}}, {10, 10}, 20, 40);
  EXPECT_EQ(turned.row(10)[3 * 10], 0);
  const int sum = turned.row(20)[3 * 20] + turned.row(20)[3 * 21] +
                  turned.row(21)[3 * 20] + turned.row(21)[3 * 21];
  EXPECT_GT(sum, 400);
}

TEST(CutTurned, OverlooksNoPixelWhenItShrinks) {
  // Columns of black and white: all grey at an eighth.
  Image image(256, 256);
  for (int y = 0; y < 256; ++y) {
    for (int x = 0; x < 256; x += 2) {
      image.row(y)[3 * x] = 255;
    }
  }
  const Image turned = CutTurned(image, {20, {128, 128}}, {64, 64}, 128, 16);
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 16; ++x) {
      EXPECT_NEAR(turned.row(y)[3 * x], 128, 2);
    }
  }
}

TEST(CutTurned, IsBlackOutsideOfThePicture) {
  Image white(64, 64);
  std::ranges::fill(white.pixels(), 255);
  const Image turned = CutTurned(white, {45, {32, 32}}, {0, 0}, 64, 64);
  EXPECT_EQ(turned.row(1)[3 * 1], 0);
  EXPECT_EQ(turned.row(62)[3 * 62], 0);
  EXPECT_EQ(turned.row(32)[3 * 32], 255);
}

}  // namespace
}  // namespace mien::train
