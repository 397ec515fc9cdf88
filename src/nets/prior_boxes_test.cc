// SPDX-License-Identifier: Apache-2.0
#include "nets/prior_boxes.h"

#include <gtest/gtest.h>

namespace mien::nets {
namespace {

TEST(GeneratePriors, CountsCellsBegunTimesSizes) {
  // 40 x 30 cells of 8 pixels, 20 x 15, 10 x 8 and 5 x 4 with 3, 2, 2, 5 sizes.
  EXPECT_EQ(GeneratePriors(FaceSsdPriors(), 320, 240).size(), 4460U);
}

TEST(GeneratePriors, GoesBySizeThenColumnThenRowThenLevel) {
  const std::vector<PriorLevel> levels = {{8, {10.0F, 16.0F}}, {16, {32.0F}}};
  const std::vector<PriorBox> priors = GeneratePriors(levels, 20, 10);
  // 3 x 2 cells of 8 pixels with two sizes, 2 x 1 cells of 16 with one.
  ASSERT_EQ(priors.size(), 14U);
  EXPECT_EQ(priors[0].center, (Point{4.0F, 4.0F}));
  EXPECT_EQ(priors[0].width, 10.0F);
  EXPECT_EQ(priors[1].center, (Point{4.0F, 4.0F}));
  EXPECT_EQ(priors[1].height, 16.0F);
  EXPECT_EQ(priors[2].center, (Point{12.0F, 4.0F}));
  EXPECT_EQ(priors[6].center, (Point{4.0F, 12.0F}));
  EXPECT_EQ(priors[13].center, (Point{24.0F, 8.0F}));
  EXPECT_EQ(priors[13].width, 32.0F);
}

TEST(EncodeBox, CountsInTenthsOfThePriorAndFifthsOfALogarithm) {
  const PriorBox prior = {{100.0F, 50.0F}, 20.0F, 20.0F};
  // Centre (104, 49), size (20, 54.36563657): log(2.71828) / 0.2 = 5.
  const BoxOffsets offsets =
      EncodeBox(prior, {94.0F, 21.81718171F, 114.0F, 76.18281829F});
  EXPECT_NEAR(offsets[0], 2.0F, 1e-5F);
  EXPECT_NEAR(offsets[1], -0.5F, 1e-5F);
  EXPECT_NEAR(offsets[2], 0.0F, 1e-5F);
  EXPECT_NEAR(offsets[3], 5.0F, 1e-5F);
}

TEST(DecodeBox, UndoesEncodeBox) {
  const PriorBox prior = {{12.0F, 20.0F}, 24.0F, 24.0F};
  const Box box = {3.0F, 5.0F, 30.0F, 44.0F};
  const BoxOffsets offsets = EncodeBox(prior, box);
  const Box decoded = DecodeBox(prior, offsets);
  EXPECT_NEAR(decoded.x0, box.x0, 1e-4F);
  EXPECT_NEAR(decoded.y0, box.y0, 1e-4F);
  EXPECT_NEAR(decoded.x1, box.x1, 1e-4F);
  EXPECT_NEAR(decoded.y1, box.y1, 1e-4F);
}

TEST(DecodeBox, StaysFiniteForAbsurdOffsets) {
  const PriorBox prior = {{12.0F, 20.0F}, 256.0F, 256.0F};
  const BoxOffsets offsets = {0.0F, 0.0F, 1e30F, -1e30F};
  const Box decoded = DecodeBox(prior, offsets);
  EXPECT_LT(decoded.width(), 1e6F);
  EXPECT_EQ(decoded.height(), 0.0F);
}

TEST(DecodeLandmarks, UndoesEncodeLandmarks) {
  const PriorBox prior = {{12.0F, 20.0F}, 24.0F, 24.0F};
  const Landmarks landmarks = {{{5.0F, 9.0F},
                                {15.0F, 9.5F},
                                {10.0F, 14.0F},
                                {6.0F, 19.0F},
                                {14.0F, 19.5F}}};
  const LandmarkOffsets offsets = EncodeLandmarks(prior, landmarks);
  EXPECT_NEAR(offsets[0], -7.0F / 2.4F, 1e-5F);
  EXPECT_NEAR(offsets[9], -0.5F / 2.4F, 1e-5F);
  const Landmarks decoded = DecodeLandmarks(prior, offsets);
  for (std::size_t i = 0; i < landmarks.size(); ++i) {
    EXPECT_NEAR(decoded[i].x, landmarks[i].x, 1e-4F);
    EXPECT_NEAR(decoded[i].y, landmarks[i].y, 1e-4F);
  }
}

}  // namespace
}  // namespace mien::nets
