// SPDX-License-Identifier: Apache-2.0
#include "data/chip_geometry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "align/templates.h"
#include "mien/aligner.h"

namespace mien {
namespace {

// 300 x 280, smooth, so that a second interpolation changes little.
Image Slopes() {
  Image image(300, 280);
  for (int y = 0; y < 280; ++y) {
    for (int x = 0; x < 300; ++x) {
      std::uint8_t* pixel = image.row(y) + 3 * x;
      pixel[0] = static_cast<std::uint8_t>(x * 5 / 6);
      pixel[1] = static_cast<std::uint8_t>(y * 9 / 10);
      pixel[2] = static_cast<std::uint8_t>((x + y) * 4 / 10);
    }
  }
  return image;
}

const Landmarks kFace = {{{120.5F, 118.25F},
                          {178.25F, 123.5F},
                          {146.75F, 152.5F},
                          {119.5F, 186.25F},
                          {168.25F, 190.75F}}};

Image DirectChip(int side) {
  ModelContract contract;
  contract.input_width = side;
  contract.input_height = side;
  Detection face;
  face.landmarks = kFace;
  return *CutChip(Slopes(), face, contract);
}

/// The largest difference of a sample between two pictures of one size.
int LargestDifference(const Image& a, const Image& b) {
  int largest = 0;
  for (std::size_t i = 0; i < a.pixels().size(); ++i) {
    largest = std::max(largest, std::abs(a.pixels()[i] - b.pixels()[i]));
  }
  return largest;
}

TEST(ChipGeometry, ADefaultChipIs144PixelsWide) {
  EXPECT_EQ(ChipGeometry().chip_px(), 144);
}

TEST(ChipGeometry, TheTemplateLiesBehindTheMargin) {
  // 38.2946 + 16, 51.6963 + 16.
  const Landmarks points = StoredTemplate({});
  EXPECT_NEAR(points[0].x, 54.2946F, 1e-4);
  EXPECT_NEAR(points[0].y, 67.6963F, 1e-4);
}

TEST(ChipGeometry, A112NetworkReadsTheCentralSquareAsItIs) {
  const Affine map = NetworkFromChip({}, 112);
  EXPECT_NEAR(map.m[0], 1, 1e-6);
  EXPECT_NEAR(map.m[2], -16, 1e-4);
  EXPECT_NEAR(map.m[5], -16, 1e-4);
}

TEST(ChipGeometry, A128NetworkReadsEightMorePixelsOnEachSide) {
  const Affine map = NetworkFromChip({}, 128);
  EXPECT_NEAR(map.m[0], 1, 1e-6);
  EXPECT_NEAR(map.m[2], -8, 1e-4);
  // insightface's 128 keeps the template at the top: y is not shifted by 8.
  EXPECT_NEAR(map.m[5], -16, 1e-4);
}

TEST(ChipGeometry, TheCentralSquareEqualsTheChipCutDirectly) {
  const auto stored = CutStoredChip(Slopes(), kFace, {});
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->width(), 144);
  EXPECT_LE(LargestDifference(NetworkChip(*stored, {}, 112), DirectChip(112)),
            1);
}

TEST(ChipGeometry, OtherSizesEqualTheChipCutDirectlyUpToInterpolation) {
  const auto stored = CutStoredChip(Slopes(), kFace, {});
  ASSERT_TRUE(stored);
  for (const int side : {96, 128, 160}) {
    EXPECT_LE(
        LargestDifference(NetworkChip(*stored, {}, side), DirectChip(side)), 2)
        << side;
  }
}

TEST(ChipGeometry, FitOfPerfectLandmarksHasNoError) {
  Landmarks face = kArcFace112;
  for (Point& p : face) {
    p = {100 + 2 * p.x, 50 + 2 * p.y};
  }
  const auto map = ChipFromImage(face, {});
  ASSERT_TRUE(map);
  const ChipFit fit = MeasureFit(face, *map, {}, 400, 400);
  EXPECT_NEAR(fit.landmark_error_px, 0, 1e-3);
  EXPECT_EQ(fit.covered, 1);
}

TEST(ChipGeometry, FitCountsWhatLiesOutsideThePicture) {
  // The square of the template is [-56, 56) x [0, 112): half of it is outside.
  Landmarks face = kArcFace112;
  for (Point& p : face) {
    p.x -= 56;
  }
  const auto map = ChipFromImage(face, {});
  ASSERT_TRUE(map);
  EXPECT_NEAR(MeasureFit(face, *map, {}, 200, 200).covered, 0.5, 1e-3);
}

TEST(ChipGeometry, FitStatesTheErrorInTemplatePixels) {
  Landmarks face = kArcFace112;
  const auto map = ChipFromImage(face, {});
  ASSERT_TRUE(map);
  face[2].x += 5;  // sqrt(5 * 5 / 5 points)
  EXPECT_NEAR(
      MeasureFit(face, *map, {}, 200, 200).landmark_error_px, 2.2361F, 1e-3);
}

TEST(ChipGeometry, RefusesAMarginBelowZero) {
  const auto valid = ChipGeometry{.margin_px = -1}.Validate();
  ASSERT_FALSE(valid);
  EXPECT_EQ(valid.error().message, "margin_px is -1; must be in [0, 1024]");
}

TEST(ChipGeometry, RefusesATinyTemplate) {
  EXPECT_FALSE(ChipGeometry{.template_px = 8}.Validate());
}

}  // namespace
}  // namespace mien
