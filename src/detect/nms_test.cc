// SPDX-License-Identifier: Apache-2.0
#include "detect/nms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Nms, KeepsHigherScoreOfTwoOverlappingBoxes) {
  // Shared 50, together 150: overlap 1 / 3.
  const std::vector<Box> boxes = {{0, 0, 10, 10}, {5, 0, 15, 10}};
  const std::vector<float> scores = {0.6F, 0.9F};
  EXPECT_THAT(SuppressNonMaxima(boxes, scores, {.max_overlap = 0.33F}),
              ElementsAre(1));
}

TEST(Nms, KeepsBoxesThatOverlapNoMoreThanAllowed) {
  const std::vector<Box> boxes = {{0, 0, 10, 10}, {5, 0, 15, 10}};
  const std::vector<float> scores = {0.6F, 0.9F};
  EXPECT_THAT(SuppressNonMaxima(boxes, scores, {.max_overlap = 0.34F}),
              ElementsAre(1, 0));
}

TEST(Nms, OverlapEqualToTheLimitStays) {
  // Shared 50, together 100.
  const std::vector<Box> boxes = {{0, 0, 10, 10}, {0, 0, 5, 10}};
  const std::vector<float> scores = {0.9F, 0.8F};
  EXPECT_THAT(SuppressNonMaxima(boxes, scores, {.max_overlap = 0.5F}),
              ElementsAre(0, 1));
}

TEST(Nms, MinMeasureDropsASmallBoxInsideALargeOne) {
  const std::vector<Box> boxes = {{0, 0, 100, 100}, {10, 10, 20, 20}};
  const std::vector<float> scores = {0.9F, 0.8F};
  EXPECT_THAT(SuppressNonMaxima(boxes, scores, {.max_overlap = 0.7F}),
              ElementsAre(0, 1));
  EXPECT_THAT(
      SuppressNonMaxima(boxes,
                        scores,
                        {.max_overlap = 0.7F, .measure = OverlapMeasure::kMin}),
      ElementsAre(0));
}

TEST(Nms, InclusiveCornersCountTheLastPixel) {
  // One column shared when corners are inclusive (10 of 190), none otherwise.
  const std::vector<Box> boxes = {{0, 0, 9, 9}, {9, 0, 18, 9}};
  const std::vector<float> scores = {0.9F, 0.8F};
  EXPECT_THAT(SuppressNonMaxima(boxes, scores, {.max_overlap = 0.05F}),
              ElementsAre(0, 1));
  EXPECT_THAT(SuppressNonMaxima(
                  boxes,
                  scores,
                  {.max_overlap = 0.05F, .extent = BoxExtent::kInclusive}),
              ElementsAre(0));
}

TEST(Nms, ADroppedBoxDropsNoOther) {
  // 0 drops 1; 2 overlaps 1 but not 0.
  const std::vector<Box> boxes = {
      {0, 0, 10, 10}, {4, 0, 14, 10}, {8, 0, 18, 10}};
  const std::vector<float> scores = {0.9F, 0.8F, 0.7F};
  EXPECT_THAT(SuppressNonMaxima(boxes, scores, {.max_overlap = 0.3F}),
              ElementsAre(0, 2));
}

TEST(Nms, OfEqualScoresTheEarlierStays) {
  const std::vector<Box> boxes = {{0, 0, 10, 10}, {1, 0, 11, 10}};
  const std::vector<float> scores = {0.5F, 0.5F};
  EXPECT_THAT(SuppressNonMaxima(boxes, scores, {.max_overlap = 0.5F}),
              ElementsAre(0));
}

TEST(Nms, DropsTheLowerOfEachPairAmongMany) {
  // 40 pairs, far from each other; within a pair the second scores less.
  std::vector<Box> boxes;
  std::vector<float> scores;
  std::vector<int> expected;
  for (int i = 0; i < 40; ++i) {
    const float x = 100.0F * static_cast<float>(i);
    boxes.push_back({x, 0, x + 10, 10});
    boxes.push_back({x + 1, 0, x + 11, 10});
    scores.push_back(1.0F - 0.01F * static_cast<float>(i));
    scores.push_back(0.4F);
    expected.push_back(2 * i);
  }
  EXPECT_EQ(SuppressNonMaxima(boxes, scores, {.max_overlap = 0.5F}), expected);
}

TEST(Nms, NothingOfNothing) {
  EXPECT_THAT(SuppressNonMaxima({}, {}, {}), IsEmpty());
}

}  // namespace
}  // namespace mien
