// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "mien/quality.h"

namespace mien {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// A frontal face of 40 pixels between the eyes.
Detection GoodFace() {
  Detection face;
  face.box = {80.0F, 60.0F, 180.0F, 190.0F};
  face.score = 0.99F;
  face.landmarks = {Point{110.0F, 110.0F},
                    Point{150.0F, 110.0F},
                    Point{130.0F, 132.0F},
                    Point{113.0F, 150.0F},
                    Point{147.0F, 150.0F}};
  return face;
}

/// Random detail of the given contrast around the given brightness.
Image GoodChip(int brightness = 128, int contrast = 60) {
  std::mt19937 random(1);
  Image chip(112, 112);
  for (std::size_t i = 0; i < chip.pixels().size(); i += 3) {
    const int drawn =
        brightness - contrast +
        static_cast<int>(random() % static_cast<unsigned>(2 * contrast + 1));
    std::fill_n(&chip.pixels()[i],
                3,
                static_cast<std::uint8_t>(std::clamp(drawn, 0, 255)));
  }
  return chip;
}

/// Mean of the (2 r + 1)^2 pixels around each.
Image Blurred(const Image& chip, int radius) {
  Image blurred = chip;
  for (int y = radius; y < chip.height() - radius; ++y) {
    for (int x = radius; x < chip.width() - radius; ++x) {
      for (int c = 0; c < 3; ++c) {
        int sum = 0;
        for (int dy = -radius; dy <= radius; ++dy) {
          for (int dx = -radius; dx <= radius; ++dx) {
            sum += chip.row(y + dy)[3 * (x + dx) + c];
          }
        }
        blurred.row(y)[3 * x + c] = static_cast<std::uint8_t>(
            sum / ((2 * radius + 1) * (2 * radius + 1)));
      }
    }
  }
  return blurred;
}

TEST(RateFace, FindsNothingWrongWithAGoodFace) {
  const auto quality = RateFace(GoodFace(), GoodChip());
  ASSERT_TRUE(quality);
  EXPECT_EQ(quality->score(), 1.0F);
  EXPECT_THAT(quality->advice, IsEmpty());
}

TEST(RateFace, ASmallFaceIsNamed) {
  Detection face = GoodFace();
  for (Point& point : face.landmarks) {
    point = {point.x * 0.3F, point.y * 0.3F};
  }
  const auto quality = RateFace(face, GoodChip());
  ASSERT_TRUE(quality);
  // 12 pixels: a sixth of the way from 8 to 32.
  EXPECT_NEAR(quality->size, 1.0F / 6.0F, 1e-4F);
  EXPECT_EQ(quality->score(), quality->size);
  EXPECT_THAT(quality->advice, HasSubstr("12 pixels between the eyes"));
}

TEST(RateFace, ATurnedHeadIsNamed) {
  Detection face = GoodFace();
  face.landmarks[2].x += 24.0F;  // 0.6 of the eye distance
  const auto quality = RateFace(face, GoodChip());
  ASSERT_TRUE(quality);
  EXPECT_NEAR(quality->pose, 0.0F, 1e-4F);
  EXPECT_THAT(quality->advice, HasSubstr("turned"));
}

TEST(RateFace, RollDoesNotMatter) {
  Detection face = GoodFace();
  for (Point& point : face.landmarks) {
    point = {300.0F - point.y, point.x};
  }
  EXPECT_EQ(RateFace(face, GoodChip())->pose, 1.0F);
}

TEST(RateFace, BlurIsNamed) {
  float previous = 2.0F;
  for (const int radius : {1, 3, 8}) {
    const Image chip = Blurred(GoodChip(128, 120), radius);
    const float sharpness = RateFace(GoodFace(), chip)->sharpness;
    EXPECT_LE(sharpness, previous);
    previous = sharpness;
  }
  // A soft ramp from dark to bright has contrast but no detail.
  Image ramp(112, 112);
  for (int y = 0; y < 112; ++y) {
    std::fill_n(ramp.row(y), 3 * 112, static_cast<std::uint8_t>(2 * y));
  }
  const auto quality = RateFace(GoodFace(), ramp);
  EXPECT_EQ(quality->sharpness, 0.0F);
  EXPECT_THAT(quality->advice, HasSubstr("blurred"));
}

TEST(RateFace, BadLightIsNamed) {
  EXPECT_THAT(RateFace(GoodFace(), GoodChip(20, 19))->advice,
              HasSubstr("too dark"));
  EXPECT_THAT(RateFace(GoodFace(), GoodChip(240, 15))->advice,
              HasSubstr("overexposed"));
  EXPECT_THAT(RateFace(GoodFace(), GoodChip(128, 9))->advice,
              HasSubstr("contrast"));
}

TEST(RateFace, ADoubtfulDetectionCounts) {
  Detection face = GoodFace();
  face.score = 0.6F;
  EXPECT_NEAR(RateFace(face, GoodChip())->detection, 0.1F / 0.45F, 1e-4F);
}

TEST(RateFace, RefusesATinyChip) {
  EXPECT_EQ(RateFace(GoodFace(), Image(63, 112)).error().code,
            ErrorCode::kInvalidImage);
}

}  // namespace
}  // namespace mien
