// SPDX-License-Identifier: Apache-2.0
#include "eval/detection_metrics.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

/// Faces side by side, 100 pixels apart and 50 large.
Box FaceAt(int place, float shift = 0.0F) {
  const float x = 100.0F * static_cast<float>(place) + shift;
  return {x, 0.0F, x + 50.0F, 50.0F};
}

class OnePicture : public ::testing::Test {
 protected:
  std::vector<PictureDetections> Pictures() const {
    return {{truth_, counts_, found_}};
  }

  std::vector<Box> truth_ = {FaceAt(0), FaceAt(1), FaceAt(2), FaceAt(3)};
  std::vector<std::uint8_t> counts_ = {1, 1, 1, 1};
  std::vector<ScoredBox> found_;
};

TEST_F(OnePicture, HasAveragePrecisionOneWhenAllIsFoundFirst) {
  found_ = {{FaceAt(0), 0.9F},
            {FaceAt(1), 0.8F},
            {FaceAt(2), 0.7F},
            {FaceAt(3), 0.6F},
            {FaceAt(9), 0.1F}};
  EXPECT_DOUBLE_EQ(AveragePrecision(WiderCurve(Pictures())), 1.0);
}

TEST_F(OnePicture, LosesPrecisionToWhatIsNoFace) {
  // Right, wrong, right: precision 1 up to a quarter of the faces, 2/3 up to a
  // half, and the other half is never found.
  found_ = {{FaceAt(0), 0.9F}, {FaceAt(9), 0.8F}, {FaceAt(1), 0.7F}};
  EXPECT_NEAR(
      AveragePrecision(WiderCurve(Pictures())), 0.25 + 0.25 * 2.0 / 3.0, 1e-12);
}

TEST_F(OnePicture, CountsASecondDetectionOfAFaceAsWrong) {
  found_ = {{FaceAt(0), 0.9F}, {FaceAt(0, 2.0F), 0.8F}, {FaceAt(1), 0.7F}};
  const auto curve = WiderCurve(Pictures());
  EXPECT_EQ(curve.back().recall, 0.5);
  EXPECT_DOUBLE_EQ(curve.back().precision, 2.0 / 3.0);
}

TEST_F(OnePicture, IgnoresWhatIsFoundWhereNothingCounts) {
  counts_ = {0, 1, 0, 0};
  found_ = {{FaceAt(0), 0.9F}, {FaceAt(2), 0.8F}, {FaceAt(1), 0.7F}};
  const auto curve = WiderCurve(Pictures());
  EXPECT_EQ(curve.back().precision, 1.0);
  EXPECT_EQ(curve.back().recall, 1.0);
  // Nothing that counts is found at first: not even a proposal.
  EXPECT_EQ(curve.front().precision, 0.0);
}

TEST_F(OnePicture, MeasuresOverlapOnWholePixels) {
  // IoU of 51 x 51 boxes moved by 17: 34 / 68 = 0.5. On the boxes themselves
  // it would be 33 / 67.
  found_ = {{FaceAt(0, 17.0F), 0.9F}};
  EXPECT_EQ(WiderCurve(Pictures()).back().recall, 0.25);
  EXPECT_EQ(FddbCurve(Pictures()).back().discrete, 0.0);
}

TEST_F(OnePicture, StretchesScoresOverTheSet) {
  found_ = {{FaceAt(0), 0.30F}, {FaceAt(1), 0.25F}, {FaceAt(9), 0.20F}};
  const auto curve = WiderCurve(Pictures());
  ASSERT_EQ(curve.size(), 1000U);
  EXPECT_DOUBLE_EQ(curve[0].threshold, 0.999);
  EXPECT_EQ(curve[0].recall, 0.25);
  EXPECT_EQ(curve[497].recall, 0.25);
  EXPECT_EQ(curve[500].recall, 0.5);  // the middle score became one half
  EXPECT_DOUBLE_EQ(curve[999].precision, 2.0 / 3.0);
}

TEST_F(OnePicture, WithoutDetectionsFindsNothing) {
  EXPECT_EQ(AveragePrecision(WiderCurve(Pictures())), 0.0);
  EXPECT_TRUE(FddbCurve(Pictures()).empty());
}

TEST_F(OnePicture, WithoutFacesHasNoCurve) {
  counts_ = {0, 0, 0, 0};
  found_ = {{FaceAt(0), 0.9F}};
  EXPECT_TRUE(WiderCurve(Pictures()).empty());
  EXPECT_TRUE(FddbCurve(Pictures()).empty());
  EXPECT_TRUE(WiderCurve({}).empty());
  EXPECT_EQ(AveragePrecision({}), 0.0);
}

TEST_F(OnePicture, GivesFddbsCurvesOverFalsePositives) {
  // Overlap 40 / 60 of the second.
  found_ = {{FaceAt(0), 0.9F},
            {FaceAt(1, 10.0F), 0.8F},
            {FaceAt(9), 0.8F},
            {FaceAt(2), 0.5F}};
  const auto curve = FddbCurve(Pictures());
  ASSERT_EQ(curve.size(), 3U);
  EXPECT_EQ(curve[0].false_positives, 0U);
  EXPECT_EQ(curve[0].discrete, 0.25);
  EXPECT_EQ(curve[1].false_positives, 1U);  // equal scores move together
  EXPECT_EQ(curve[1].discrete, 0.5);
  EXPECT_NEAR(curve[1].continuous, (1.0 + 2.0 / 3.0) / 4.0, 1e-12);
  EXPECT_EQ(FddbAt(curve, 0).discrete, 0.25);
  EXPECT_EQ(FddbAt(curve, 1).discrete, 0.75);
  EXPECT_EQ(FddbAt({}, 5).discrete, 0.0);
}

TEST(AveragePrecision, TakesTheBestPrecisionAtThatRecallOrBeyond) {
  const std::vector<PrecisionRecall> curve = {
      {0.9, 0.5, 0.2}, {0.5, 0.8, 0.4}, {0.1, 0.4, 1.0}};
  EXPECT_NEAR(AveragePrecision(curve), 0.4 * 0.8 + 0.6 * 0.4, 1e-12);
}

}  // namespace
}  // namespace mien
