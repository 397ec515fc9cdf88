// SPDX-License-Identifier: Apache-2.0
#include "track/face_tracker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<float> kAda = {1.0F, 0.0F, 0.0F};
const std::vector<float> kKofi = {0.0F, 1.0F, 0.0F};

SightedFace Sighted(float x,
                    const std::vector<float>& embedding,
                    float score = 0.95F,
                    float quality = 1.0F) {
  SightedFace face;
  face.detection.box = {x, 100, x + 50, 150};
  face.detection.score = score;
  face.embedding = embedding;
  face.quality = quality;
  return face;
}

std::vector<std::optional<int>> Update(FaceTracker& tracker,
                                       const std::vector<SightedFace>& faces,
                                       double seconds) {
  return tracker.Update(faces, seconds);
}

TEST(FaceTracker, FollowsAFaceThatMoves) {
  FaceTracker tracker;
  for (int frame = 0; frame < 50; ++frame) {
    EXPECT_THAT(Update(tracker,
                       {Sighted(4.0F * static_cast<float>(frame), kAda)},
                       0.04 * frame),
                ElementsAre(1));
  }
}

TEST(FaceTracker, KeepsTwoApartThatPassEachOther) {
  // Both at 200 in frame 50, in changing order of detection.
  FaceTracker tracker;
  Update(tracker, {Sighted(0, kAda), Sighted(400, kKofi)}, 0.0);
  for (int frame = 1; frame <= 100; ++frame) {
    const float ada = 4.0F * static_cast<float>(frame);
    const auto ids =
        frame % 2 == 0 ? Update(tracker,
                                {Sighted(ada, kAda), Sighted(400 - ada, kKofi)},
                                0.04 * frame)
                       : Update(tracker,
                                {Sighted(400 - ada, kKofi), Sighted(ada, kAda)},
                                0.04 * frame);
    EXPECT_THAT(ids, frame % 2 == 0 ? ElementsAre(1, 2) : ElementsAre(2, 1))
        << "frame " << frame;
  }
}

TEST(FaceTracker, NoticesACutToSomebodyElseAtTheSamePlace) {
  FaceTracker tracker;
  EXPECT_THAT(Update(tracker, {Sighted(100, kAda)}, 0.0), ElementsAre(1));
  EXPECT_THAT(Update(tracker, {Sighted(100, kKofi)}, 0.04), ElementsAre(2));
}

TEST(FaceTracker, DoesNotTrustTheLooksOfAPoorFace) {
  FaceTracker tracker;
  Update(tracker, {Sighted(100, kAda)}, 0.0);
  EXPECT_THAT(Update(tracker, {Sighted(100, kKofi, 0.9F, 0.1F)}, 0.04),
              ElementsAre(1));
}

TEST(FaceTracker, GoesOnAfterAGap) {
  FaceTracker tracker;
  Update(tracker, {Sighted(100, kAda)}, 0.0);
  Update(tracker, {}, 0.5);
  EXPECT_THAT(Update(tracker, {Sighted(102, kAda)}, 0.9), ElementsAre(1));
}

TEST(FaceTracker, EndsATrackAfterALongGap) {
  FaceTracker tracker;
  Update(tracker, {Sighted(100, kAda)}, 0.0);
  Update(tracker, {}, 1.0);
  EXPECT_THAT(tracker.ended(), IsEmpty());
  EXPECT_THAT(Update(tracker, {Sighted(100, kAda)}, 1.1), ElementsAre(2));
  EXPECT_THAT(tracker.ended(), ElementsAre(1));
}

TEST(FaceTracker, FindsALostFaceElsewhereByItsLooks) {
  FaceTracker tracker;
  Update(tracker, {Sighted(0, kAda)}, 0.0);
  EXPECT_THAT(Update(tracker, {Sighted(500, kAda)}, 0.2), ElementsAre(1));
  EXPECT_THAT(Update(tracker, {Sighted(0, kKofi)}, 0.3), ElementsAre(2));
}

TEST(FaceTracker, BeginsNoTrackWithAnUnsureDetection) {
  FaceTracker tracker;
  EXPECT_THAT(Update(tracker, {Sighted(100, kAda, 0.3F)}, 0.0),
              ElementsAre(std::nullopt));
  EXPECT_THAT(Update(tracker, {Sighted(100, kAda)}, 0.1), ElementsAre(1));
}

TEST(FaceTracker, GoesOnWithAnUnsureDetectionAtThePlace) {
  FaceTracker tracker;
  Update(tracker, {Sighted(100, kAda)}, 0.0);
  EXPECT_THAT(Update(tracker, {Sighted(104, kAda, 0.3F)}, 0.04),
              ElementsAre(1));
  EXPECT_THAT(Update(tracker, {Sighted(140, kAda, 0.3F)}, 0.08),
              ElementsAre(std::nullopt));
}

TEST(Overlap, IsTheIntersectionOverTheUnion) {
  EXPECT_FLOAT_EQ(Overlap({0, 0, 10, 10}, {5, 0, 15, 10}), 50.0F / 150.0F);
  EXPECT_FLOAT_EQ(Overlap({0, 0, 10, 10}, {10, 0, 20, 10}), 0.0F);
  EXPECT_FLOAT_EQ(Overlap({0, 0, 0, 0}, {0, 0, 0, 0}), 0.0F);
}

}  // namespace
}  // namespace mien
