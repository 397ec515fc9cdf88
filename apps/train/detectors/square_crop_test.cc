// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/square_crop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "image/synthetic_image.h"

namespace mien::train {
namespace {

using testing::SizeIs;

constexpr CropOptions kSmall = {.input_px = 64};

AnnotatedFace MarkedFace() {
  return {.box = {10, 20, 50, 60},
          .landmarks =
              Landmarks{{{20, 30}, {40, 30}, {30, 40}, {22, 50}, {38, 50}}}};
}

TEST(CutSquare, MovesAndScalesFaces) {
  const TrainingCrop crop =
      CutSquare(WavesImage(200, 150), {MarkedFace()}, {10, 10, 128}, kSmall);
  EXPECT_EQ(crop.image.width(), 64);
  EXPECT_EQ(crop.image.height(), 64);
  ASSERT_THAT(crop.faces, SizeIs(1));
  EXPECT_EQ(crop.faces[0].box, (Box{0, 5, 20, 25}));
  EXPECT_EQ((*crop.faces[0].landmarks)[1], (Point{15, 10}));
  EXPECT_FALSE(crop.faces[0].ignore);
}

TEST(CutSquare, ShowsTheSameAsThePictureAtFullScale) {
  const Image image = WavesImage(200, 150);
  const TrainingCrop crop = CutSquare(image, {}, {30, 40, 64}, kSmall);
  EXPECT_EQ(crop.image.row(7)[3 * 9], image.row(47)[3 * 39]);
  EXPECT_EQ(crop.image.row(63)[3 * 63 + 2], image.row(103)[3 * 93 + 2]);
}

TEST(CutSquare, IsBlackOutsideOfThePicture) {
  Image white(64, 64);
  std::ranges::fill(white.pixels(), 255);
  const TrainingCrop crop = CutSquare(white, {}, {-32, 0, 64}, kSmall);
  EXPECT_EQ(crop.image.row(10)[3 * 31], 0);
  EXPECT_EQ(crop.image.row(10)[3 * 32], 255);
}

TEST(CutSquare, IgnoresFacesWithTheirCentreOutside) {
  const TrainingCrop crop =
      CutSquare(WavesImage(200, 150), {MarkedFace()}, {32, 20, 64}, kSmall);
  ASSERT_THAT(crop.faces, SizeIs(1));
  EXPECT_TRUE(crop.faces[0].ignore);
  EXPECT_EQ(crop.faces[0].box, (Box{0, 0, 18, 40}));
}

TEST(CutSquare, IgnoresFacesOfWhichItShowsLittle) {
  // Their centre is inside, but no more than 21 x 21 of 40 x 40 pixels.
  const TrainingCrop little =
      CutSquare(WavesImage(200, 150), {MarkedFace()}, {29, 39, 64}, kSmall);
  ASSERT_THAT(little.faces, SizeIs(1));
  EXPECT_TRUE(little.faces[0].ignore);
  // 30 x 30 of them.
  const TrainingCrop more =
      CutSquare(WavesImage(200, 150), {MarkedFace()}, {20, 30, 64}, kSmall);
  ASSERT_THAT(more.faces, SizeIs(1));
  EXPECT_FALSE(more.faces[0].ignore);
}

TEST(CutSquare, IgnoresFacesThatBecomeTooSmall) {
  CropOptions options = kSmall;
  options.min_face_px = 10.5F;
  // 40 px become 10.
  const TrainingCrop crop =
      CutSquare(WavesImage(300, 300), {MarkedFace()}, {0, 0, 256}, options);
  ASSERT_THAT(crop.faces, SizeIs(1));
  EXPECT_TRUE(crop.faces[0].ignore);
}

TEST(CutSquare, DropsFacesThatItDoesNotShow) {
  EXPECT_THAT(
      CutSquare(WavesImage(200, 150), {MarkedFace()}, {100, 0, 64}, kSmall)
          .faces,
      SizeIs(0));
}

TEST(CutSquare, TurnsThePictureAndItsFaces) {
  // By a quarter turn around the face's centre, which stays.
  const Image image = WavesImage(128, 128);
  const TrainingCrop crop =
      CutSquare(image,
                {MarkedFace()},
                {.side = 64, .turn = {.degrees = 90, .pivot = {30, 40}}},
                kSmall);
  ASSERT_THAT(crop.faces, SizeIs(1));
  EXPECT_NEAR(crop.faces[0].box.x0, 10, 1e-3);
  EXPECT_NEAR(crop.faces[0].box.y1, 60, 1e-3);
  const Point left_eye = (*crop.faces[0].landmarks)[0];
  EXPECT_NEAR(left_eye.x, 40, 1e-3);
  EXPECT_NEAR(left_eye.y, 30, 1e-3);
  // What lay 5 to the right of the centre lies 5 below it.
  EXPECT_NEAR(crop.image.row(45)[3 * 29], image.row(40)[3 * 35], 2);
}

TEST(DrawSquare, TurnsMostPicturesByLittleAndNoneWithoutALimit) {
  CropOptions options = kSmall;
  options.max_roll_degrees = 40;
  int little = 0;
  int much = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    Random random(8, i);
    const Turn turn =
        DrawSquare(400, 300, {MarkedFace()}, options, random).turn;
    EXPECT_LE(std::abs(turn.degrees), 40);
    EXPECT_EQ(turn.pivot, (Point{30, 40}));
    little += std::abs(turn.degrees) < 10 ? 1 : 0;
    much += std::abs(turn.degrees) > 30 ? 1 : 0;
  }
  EXPECT_NEAR(little, 200, 30);  // a half
  EXPECT_NEAR(much, 54, 20);     // 1 - sqrt(0.75)
  Random random(8, 1);
  EXPECT_EQ(DrawSquare(400, 300, {MarkedFace()}, kSmall, random).turn.degrees,
            0);
}

TEST(DrawSquare, HoldsTheCentreOfAFace) {
  for (std::uint64_t i = 0; i < 200; ++i) {
    Random random(5, i);
    const Square square = DrawSquare(400, 300, {MarkedFace()}, kSmall, random);
    EXPECT_LE(square.x0, 30) << i;
    EXPECT_GE(square.x0 + square.side, 30) << i;
    EXPECT_LE(square.y0, 40) << i;
    EXPECT_GE(square.y0 + square.side, 40) << i;
    EXPECT_GE(square.side, 32) << "enlarged by more than 2";
    EXPECT_LE(square.side, 600) << "mostly outside";
  }
}

TEST(DrawSquare, ShowsFacesOfManySizes) {
  int small = 0;
  int large = 0;
  int cut = 0;
  for (std::uint64_t i = 0; i < 300; ++i) {
    Random random(6, i);
    const Square square =
        DrawSquare(1000, 1000, {MarkedFace()}, kSmall, random);
    const float face_px = 40 * 64 / square.side;
    small += face_px < 12 ? 1 : 0;
    large += face_px > 36 ? 1 : 0;
    cut += face_px > 64 ? 1 : 0;
  }
  EXPECT_GT(small, 50);
  EXPECT_GT(large, 30);
  EXPECT_GT(cut, 5);
}

TEST(Mirror, ExchangesLeftAndRight) {
  TrainingCrop crop{.image = WavesImage(64, 64), .faces = {MarkedFace()}};
  const std::uint8_t left = crop.image.row(5)[0];
  Mirror(crop);
  EXPECT_EQ(crop.image.row(5)[3 * 63], left);
  EXPECT_EQ(crop.faces[0].box, (Box{14, 20, 54, 60}));
  const Landmarks& points = *crop.faces[0].landmarks;
  EXPECT_EQ(points[0], (Point{24, 30}));  // was the right eye, at 40
  EXPECT_EQ(points[2], (Point{34, 40}));
  EXPECT_EQ(points[4], (Point{42, 50}));  // was the left corner, at 22
}

TEST(ChangeColors, MakesSomePicturesGreyAndKeepsOthers) {
  int grey = 0;
  int unchanged = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    Image image(1, 1);
    std::ranges::copy(std::array<std::uint8_t, 3>{200, 100, 50}, image.row(0));
    Random random(7, i);
    ChangeColors(image, random);
    const std::uint8_t* p = image.row(0);
    grey += p[0] == p[1] && p[1] == p[2] ? 1 : 0;
    unchanged += p[0] == 200 && p[1] == 100 && p[2] == 50 ? 1 : 0;
  }
  EXPECT_GT(grey, 3);
  EXPECT_LT(grey, 40);
  EXPECT_GT(unchanged, 10);
  EXPECT_LT(unchanged, 60);
}

TEST(DrawCrop, IsTheSameForTheSameNumber) {
  const Image image = WavesImage(300, 200);
  Random first(1, 9);
  Random second(1, 9);
  const TrainingCrop a = DrawCrop(image, {MarkedFace()}, kSmall, first);
  const TrainingCrop b = DrawCrop(image, {MarkedFace()}, kSmall, second);
  EXPECT_TRUE(std::ranges::equal(a.image.pixels(), b.image.pixels()));
  EXPECT_EQ(a.faces.at(0).box, b.faces.at(0).box);
}

}  // namespace
}  // namespace mien::train
