// SPDX-License-Identifier: Apache-2.0
#include "detect/blend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

// A face of 100 x 100 with all landmarks in one place.
Detection FaceAt(float x, float score) {
  const Point middle = {x + 50, 50};
  return {.box = {x, 0, x + 100, 100},
          .score = score,
          .landmarks = {middle, middle, middle, middle, middle}};
}

TEST(SuppressDetections, KeepsTheBestOfThoseThatOverlap) {
  const auto faces = SuppressDetections(
      std::vector{FaceAt(10, 0.5F), FaceAt(0, 0.75F), FaceAt(300, 0.6F)},
      0.4F,
      false);
  ASSERT_THAT(faces, SizeIs(2));
  EXPECT_EQ(faces[0].box, (Box{0, 0, 100, 100}));
  EXPECT_EQ(faces[1].box, (Box{300, 0, 400, 100}));
}

TEST(SuppressDetections, BlendsByScoreWhatGivesWayToAFace) {
  const auto faces = SuppressDetections(
      std::vector{FaceAt(0, 0.75F), FaceAt(20, 0.25F)}, 0.4F, true);
  ASSERT_THAT(faces, SizeIs(1));
  EXPECT_EQ(faces[0].box, (Box{5, 0, 105, 100}));
  EXPECT_EQ(faces[0].landmarks[3], (Point{55, 50}));
  EXPECT_EQ(faces[0].score, 0.75F);
}

TEST(SuppressDetections, BlendsACandidateIntoTheBestFaceOnly) {
  // 0 and 80 share a ninth of their union; 40 overlaps both by 3 / 7.
  const auto faces = SuppressDetections(
      std::vector{FaceAt(0, 0.5F), FaceAt(80, 0.4F), FaceAt(40, 0.25F)},
      0.4F,
      true);
  ASSERT_THAT(faces, SizeIs(2));
  EXPECT_NEAR(faces[0].box.x0, 40.0F / 3, 1e-4F);
  EXPECT_NEAR(faces[1].box.x0, 80.0F, 1e-4F);
}

TEST(SuppressDetections, DropsAFaceOntoWhichABlendedOneMoves) {
  // 0 and 45 share 0.38 of their union; 20 takes the first to 8, where it is
  // 0.46.
  const auto faces = SuppressDetections(
      std::vector{FaceAt(0, 0.9F), FaceAt(45, 0.4F), FaceAt(20, 0.6F)},
      0.4F,
      true);
  ASSERT_THAT(faces, SizeIs(1));
  EXPECT_NEAR(faces[0].box.x0, 8.0F, 1e-4F);
}

TEST(SuppressDetections, LeavesAFaceWithoutAreaWhereItIs) {
  const Detection point = {.box = {7, 8, 7, 8}, .score = 0.5F, .landmarks = {}};
  const auto faces = SuppressDetections(std::vector{point}, 0.4F, true);
  ASSERT_THAT(faces, SizeIs(1));
  EXPECT_EQ(faces[0].box, point.box);
}

TEST(SuppressDetections, HasNothingToSayOfNothing) {
  EXPECT_THAT(SuppressDetections({}, 0.4F, true), IsEmpty());
}

}  // namespace
}  // namespace mien
