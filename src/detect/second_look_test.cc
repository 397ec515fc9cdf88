// SPDX-License-Identifier: Apache-2.0
#include "detect/second_look.h"

#include <gtest/gtest.h>

#include <vector>

namespace mien {
namespace {

// 384 x 384 pixels: shown at a quarter.
constexpr Box kLarge = {600, 500, 984, 884};

TEST(PlanSecondLook, ShowsAFaceWithHalfItsSizeAround) {
  const SecondLook look = PlanSecondLook(Image(2000, 1500), kLarge);
  EXPECT_EQ(look.part, (PixelRect{408, 308, 1176, 1076}));
  EXPECT_EQ(look.width, 192);
  EXPECT_EQ(look.height, 192);
}

TEST(PlanSecondLook, EndsAtThePicturesBorder) {
  const SecondLook look = PlanSecondLook(Image(1000, 900), kLarge);
  EXPECT_EQ(look.part, (PixelRect{408, 308, 1000, 900}));
  EXPECT_EQ(look.width, 148);
  EXPECT_EQ(look.height, 148);
}

TEST(PlanSecondLook, KeepsAPixelOfAFaceAtTheVeryEdge) {
  const SecondLook look = PlanSecondLook(Image(1, 2000), {0, 500, 400, 900});
  EXPECT_EQ(look.part, (PixelRect{0, 300, 1, 1100}));
  EXPECT_EQ(look.width, 1);
  EXPECT_EQ(look.height, 192);
}

Detection Found(const Box& box) {
  return {
      .box = box,
      .score = 0.9F,
      .landmarks = {{{80, 80}, {112, 80}, {96, 96}, {84, 112}, {108, 112}}}};
}

TEST(TakeLandmarks, BringsThemBackToThePicture) {
  const SecondLook look = {{408, 308, 1176, 1076}, 192, 192};
  Detection face = {.box = kLarge, .score = 0.8F, .landmarks = {}};
  TakeLandmarks(std::vector{Found({50, 50, 146, 146})}, look, face);
  EXPECT_EQ(face.landmarks[0], (Point{728, 628}));
  EXPECT_EQ(face.landmarks[4], (Point{840, 756}));
  EXPECT_EQ(face.box, kLarge);
  EXPECT_EQ(face.score, 0.8F);
}

TEST(TakeLandmarks, TakesNoOtherFaces) {
  const SecondLook look = {{408, 308, 1176, 1076}, 192, 192};
  Detection face = {.box = kLarge, .score = 0.8F, .landmarks = {}};
  TakeLandmarks(std::vector{Found({0, 0, 60, 60})}, look, face);
  EXPECT_EQ(face.landmarks[0], (Point{0, 0}));
}

}  // namespace
}  // namespace mien
