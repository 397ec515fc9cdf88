// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/mtcnn_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/mtcnn_boxes.h"
#include "detect/overlap.h"
#include "image/synthetic_image.h"

namespace mien::train {
namespace {

using testing::FloatEq;
using testing::IsEmpty;

constexpr const MtcnnStage& kPnet = kMtcnnStages[0];
constexpr const MtcnnStage& kOnet = kMtcnnStages[2];

const std::vector<AnnotatedFace> kOneFace = {{.box = {0, 0, 100, 100}}};

std::optional<SampleKind> KindOf(const Box& window) {
  const auto match = MatchWindow(window, kOneFace);
  return match ? std::optional(match->kind) : std::nullopt;
}

TEST(MatchWindow, TellsKindsByOverlap) {
  // A window of height h at the face's top shares h / 100 of the union.
  EXPECT_EQ(KindOf({0, 0, 100, 66}), SampleKind::kPositive);
  EXPECT_EQ(KindOf({0, 0, 100, 64}), SampleKind::kPart);
  EXPECT_EQ(KindOf({0, 0, 100, 41}), SampleKind::kPart);
  EXPECT_EQ(KindOf({0, 0, 100, 39}), std::nullopt);
  EXPECT_EQ(KindOf({0, 0, 100, 31}), std::nullopt);
  EXPECT_EQ(KindOf({0, 0, 100, 29}), SampleKind::kNegative);
  EXPECT_EQ(KindOf({200, 0, 300, 100}), SampleKind::kNegative);
}

TEST(MatchWindow, TakesTheFaceOfGreatestOverlap) {
  const std::vector<AnnotatedFace> faces = {{.box = {20, 0, 120, 100}},
                                            {.box = {5, 0, 105, 100}}};
  EXPECT_EQ(MatchWindow({0, 0, 100, 100}, faces)->face, &faces[1]);
}

TEST(MatchWindow, TeachesNothingOnAFaceToIgnore) {
  const std::vector<AnnotatedFace> faces = {
      {.box = {0, 0, 100, 100}, .landmarks = std::nullopt, .ignore = true}};
  EXPECT_FALSE(MatchWindow({10, 10, 30, 30}, faces));
  EXPECT_FALSE(MatchWindow({90, 0, 110, 20}, faces));  // half of it
  EXPECT_TRUE(MatchWindow({95, 0, 115, 20}, faces));   // a quarter
}

TEST(EncodeRegression, IsWhatTheDetectorApplies) {
  const Box window = {10, 20, 34, 44};
  const Box face = {12.5F, 18, 31, 47.25F};
  for (const BoxExtent extent : {BoxExtent::kHalfOpen, BoxExtent::kInclusive}) {
    const Box back =
        ApplyRegression(window, EncodeRegression(window, face, extent), extent);
    EXPECT_FLOAT_EQ(back.x0, face.x0);
    EXPECT_FLOAT_EQ(back.y0, face.y0);
    EXPECT_FLOAT_EQ(back.x1, face.x1);
    EXPECT_FLOAT_EQ(back.y1, face.y1);
  }
}

TEST(EncodeWindowLandmarks, IsWhatTheDetectorReads) {
  const Box window = {10, 20, 57, 67};
  const Landmarks face = {
      {{20, 30}, {40.5F, 31}, {30, 40}, {22, 50}, {38, 50.25F}}};
  const Landmarks back =
      LandmarksInPicture(window, EncodeWindowLandmarks(window, face));
  for (std::size_t i = 0; i < face.size(); ++i) {
    EXPECT_NEAR(back[i].x, face[i].x, 1e-4F) << i;
    EXPECT_NEAR(back[i].y, face[i].y, 1e-4F) << i;
  }
}

TEST(RegressedBox, OfPnetIsItsCell) {
  // Cell (3, 5) of a level at half size sees [12, 36) x [20, 44).
  EXPECT_EQ(RegressedBox(kPnet, {12, 20, 36, 44}), CellBox(3, 5, 0.5));
  EXPECT_EQ(RegressedBox(kOnet, {12, 20, 36, 44}), (Box{12, 20, 36, 44}));
}

TEST(CutSample, ShowsTheWindow) {
  const Image image = WavesImage(60, 60);
  const auto sample = CutSample(kPnet, image, {20, 30, 32, 42}, {});
  ASSERT_TRUE(sample);
  EXPECT_EQ(sample->kind, SampleKind::kNegative);
  EXPECT_EQ(sample->chip.width(), 12);
  EXPECT_EQ(sample->chip.row(2)[3 * 5], image.row(32)[3 * 25]);
}

TEST(CutSample, HasLandmarksInPositivesOfOnetOnly) {
  const std::vector<AnnotatedFace> faces = {
      {.box = {10, 10, 50, 50}, .landmarks = Landmarks{}}};
  const Image image = WavesImage(60, 60);
  const Box good = {10, 10, 50, 50};
  const Box part = {10, 10, 34, 50};
  EXPECT_TRUE(CutSample(kOnet, image, good, faces)->has_landmarks);
  EXPECT_FALSE(CutSample(kOnet, image, part, faces)->has_landmarks);
  EXPECT_FALSE(CutSample(kPnet, image, good, faces)->has_landmarks);
}

TEST(CutSample, IsNothingOutsideOfThePicture) {
  EXPECT_FALSE(CutSample(kOnet, WavesImage(60, 60), {70, 0, 90, 20}, {}));
  EXPECT_FALSE(CutSample(kPnet, WavesImage(60, 60), {70, 0, 90, 20}, {}));
}

TEST(DrawWindows, DrawsTheKindsThatAreWanted) {
  const std::vector<AnnotatedFace> faces = {{.box = {40, 40, 100, 110}}};
  Random random(1, 1);
  const auto windows = DrawWindows(
      200,
      150,
      faces,
      {.anywhere = 30, .beside_face = 10, .around_face = 40, .most_faces = 5},
      12,
      random);
  ASSERT_EQ(windows.size(), 80U);
  int positives = 0;
  for (const Box& window : windows) {
    EXPECT_NEAR(window.width(), window.height(), 1e-3F);
    positives += Iou(window, faces[0].box) >= kPositiveIou ? 1 : 0;
  }
  EXPECT_GT(positives, 8);
}

TEST(DrawWindows, LeavesFacesToIgnoreAndTinyOnesAlone) {
  const std::vector<AnnotatedFace> faces = {
      {.box = {40, 40, 100, 110}, .landmarks = std::nullopt, .ignore = true},
      {.box = {10, 10, 18, 18}}};
  Random random(1, 1);
  EXPECT_THAT(DrawWindows(200, 150, faces, {.anywhere = 0}, 12, random),
              IsEmpty());
}

TEST(MirrorSample, ExchangesLeftAndRight) {
  MtcnnSample sample;
  sample.chip = WavesImage(24, 24);
  const std::uint8_t left = sample.chip.row(3)[0];
  sample.offsets = {0.1F, 0.2F, -0.3F, 0.4F};
  sample.landmarks = {0.2F, 0.7F, 0.5F, 0.3F, 0.6F, 1, 2, 3, 4, 5};
  sample.has_landmarks = true;
  Mirror(sample);
  EXPECT_EQ(sample.chip.row(3)[3 * 23], left);
  EXPECT_THAT(sample.offsets, testing::ElementsAre(0.3F, 0.2F, -0.1F, 0.4F));
  EXPECT_THAT(sample.landmarks,
              testing::ElementsAre(FloatEq(0.3F),
                                   FloatEq(0.8F),
                                   FloatEq(0.5F),
                                   FloatEq(0.4F),
                                   FloatEq(0.7F),
                                   2,
                                   1,
                                   3,
                                   5,
                                   4));
}

}  // namespace
}  // namespace mien::train
