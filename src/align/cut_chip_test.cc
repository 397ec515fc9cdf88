// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "mien/aligner.h"

namespace mien {
namespace {

struct Expected {
  int x;
  int y;
  std::array<int, 3> rgb;
};

// 96 x 80, slopes and a curve that wrap around.
Image Slopes() {
  Image image(96, 80);
  for (int y = 0; y < 80; ++y) {
    for (int x = 0; x < 96; ++x) {
      std::uint8_t* pixel = image.row(y) + 3 * x;
      pixel[0] = static_cast<std::uint8_t>(2 * x + y);
      pixel[1] = static_cast<std::uint8_t>(x * x / 24 + y);
      pixel[2] = static_cast<std::uint8_t>(255 - 3 * y + x / 3);
    }
  }
  return image;
}

const Detection kFace = {.box = {20.6F, 10.3F, 60.2F, 70.9F},
                         .score = 1.0F,
                         .landmarks = {{{30.5F, 28.25F},
                                        {58.25F, 33.5F},
                                        {41.75F, 46.5F},
                                        {29.5F, 56.25F},
                                        {51.25F, 60.75F}}}};

ModelContract Contract(ChipTemplate chip_template, int side, float margin_px) {
  ModelContract contract;
  contract.input_width = side;
  contract.input_height = side;
  contract.chip_template = chip_template;
  contract.margin_px = margin_px;
  return contract;
}

void ExpectPixels(const Result<Image>& chip,
                  const std::vector<Expected>& pixels,
                  int tolerance) {
  ASSERT_TRUE(chip) << chip.error().message;
  for (const Expected& pixel : pixels) {
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_NEAR(chip->row(pixel.y)[3 * static_cast<std::size_t>(pixel.x) + c],
                  pixel.rgb[c],
                  tolerance)
          << "pixel " << pixel.x << ", " << pixel.y << ", channel " << c;
    }
  }
}

// Numbers of cv2.warpAffine (OpenCV 4.6) with scikit-image's estimate of the
// same similarity.
TEST(CutChip, ArcFaceEqualsWarpAffine) {
  ExpectPixels(
      CutChip(Slopes(), kFace, Contract(ChipTemplate::kArcFace, 112, 0)),
      {{0, 0, {0, 0, 0}},
       {20, 30, {54, 30, 231}},
       {56, 72, {130, 119, 134}},
       {74, 51, {148, 171, 177}},
       {100, 90, {207, 21, 88}},
       {111, 111, {7, 2, 1}},
       {40, 92, {114, 90, 91}},
       {63, 20, {116, 128, 247}}},
      1);
}

// Numbers of PIL 9.4's crop() and resize(BILINEAR) in the three below.
TEST(CutChip, FacenetMarginEqualsCropAndResize) {
  ExpectPixels(
      CutChip(Slopes(), kFace, Contract(ChipTemplate::kFacenetMargin, 32, 4)),
      {{0, 0, {41, 18, 243}},
       {5, 9, {74, 50, 187}},
       {16, 16, {121, 108, 146}},
       {31, 0, {129, 164, 50}},
       {31, 31, {196, 231, 55}},
       {12, 27, {134, 114, 72}}},
      1);
}

TEST(CutChip, DavidSandbergMarginEqualsCropAndResize) {
  ExpectPixels(CutChip(Slopes(),
                       kFace,
                       Contract(ChipTemplate::kDavidSandbergMargin, 32, 12)),
               {{0, 0, {34, 13, 245}},
                {5, 9, {70, 46, 187}},
                {16, 16, {121, 108, 146}},
                {31, 0, {134, 178, 6}},
                {31, 31, {203, 247, 53}},
                {12, 27, {133, 113, 70}}},
               1);
}

TEST(CutChip, CompreFaceEqualsCropAndResize) {
  ExpectPixels(
      CutChip(Slopes(), kFace, Contract(ChipTemplate::kCompreFace, 32, 0)),
      {{0, 0, {29, 11, 247}},
       {5, 9, {66, 42, 189}},
       {16, 16, {122, 110, 148}},
       {31, 0, {139, 193, 9}},
       {31, 31, {209, 17, 55}},
       {12, 27, {133, 113, 70}}},
      1);
}

TEST(CutChip, IsBlackForABoxOutsideOfThePicture) {
  Detection outside = kFace;
  outside.box = {-90, -90, -40, -30};
  const auto chip =
      CutChip(Slopes(), outside, Contract(ChipTemplate::kFacenetMargin, 16, 0));
  ASSERT_TRUE(chip);
  EXPECT_EQ(chip->width(), 16);
  EXPECT_EQ(chip->row(8)[24], 0);
}

TEST(CutChip, RefusesAContractWithoutInputSize) {
  const auto chip =
      CutChip(Slopes(), kFace, Contract(ChipTemplate::kArcFace, 0, 0));
  ASSERT_FALSE(chip);
  EXPECT_EQ(chip.error().code, ErrorCode::kInvalidArgument);
}

TEST(CutChip, RefusesLandmarksOnOnePoint) {
  Detection flat = kFace;
  flat.landmarks.fill({5, 5});
  const auto chip =
      CutChip(Slopes(), flat, Contract(ChipTemplate::kArcFace, 112, 0));
  ASSERT_FALSE(chip);
  EXPECT_EQ(chip.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace mien
