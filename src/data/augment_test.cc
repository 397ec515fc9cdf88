// SPDX-License-Identifier: Apache-2.0
#include "data/augment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "data/chip_filters.h"
#include "image/synthetic_image.h"

namespace mien {
namespace {

Image Stored() { return WavesImage(144, 144); }

/// A white dot of 5 x 5 pixels around the middle of pixel (x, y) on black.
Image DotAt(int x, int y) {
  Image image(144, 144);
  for (int v = y - 2; v <= y + 2; ++v) {
    std::fill_n(image.row(v) + 3 * (x - 2), 15, std::uint8_t{255});
  }
  return image;
}

/// The centre of brightness, in pixels from the chip's corner.
Point CentreOf(const Image& chip) {
  double sum = 0;
  double x_sum = 0;
  double y_sum = 0;
  for (int y = 0; y < chip.height(); ++y) {
    for (int x = 0; x < chip.width(); ++x) {
      const double level = chip.row(y)[3 * x];
      sum += level;
      x_sum += level * (x + 0.5);
      y_sum += level * (y + 0.5);
    }
  }
  return {static_cast<float>(x_sum / sum), static_cast<float>(y_sum / sum)};
}

void ExpectDotAt(const Augmentation& augmentation,
                 int network_px,
                 float x,
                 float y) {
  // 30 right of and 10 below the middle of the stored chip: centre
  // (102.5, 82.5).
  const Point centre =
      CentreOf(ApplyAugmentation(DotAt(102, 82), {}, network_px, augmentation));
  EXPECT_NEAR(centre.x, x, 0.1);
  EXPECT_NEAR(centre.y, y, 0.1);
}

int LargestDifference(const Image& a, const Image& b) {
  int largest = 0;
  for (std::size_t i = 0; i < a.pixels().size(); ++i) {
    largest = std::max(largest, std::abs(a.pixels()[i] - b.pixels()[i]));
  }
  return largest;
}

TEST(ApplyAugmentation, WithoutChangeIsTheNetworksChip) {
  for (const int side : {112, 160}) {
    const Image chip = ApplyAugmentation(Stored(), {}, side, {});
    EXPECT_EQ(chip.width(), side);
    EXPECT_LE(LargestDifference(chip, NetworkChip(Stored(), {}, side)), 1);
  }
}

// The dot lies at (86.5, 66.5) in a chip of 112 whose middle is (56, 56).
TEST(ApplyAugmentation, MirrorsAroundTheMiddle) {
  ExpectDotAt({.flip = true}, 112, 25.5F, 66.5F);
}

TEST(ApplyAugmentation, TurnsClockwiseAroundTheMiddle) {
  ExpectDotAt({.rotate_deg = 90}, 112, 45.5F, 86.5F);
}

TEST(ApplyAugmentation, EnlargesAroundTheMiddle) {
  ExpectDotAt({.scale = 1.2F}, 112, 92.6F, 68.6F);
}

TEST(ApplyAugmentation, ShiftsRightAndDown) {
  ExpectDotAt({.shift_px = {4, -3}}, 112, 90.5F, 63.5F);
}

TEST(ApplyAugmentation, MirrorsLast) {
  ExpectDotAt({.flip = true, .shift_px = {4, 0}}, 112, 21.5F, 66.5F);
}

TEST(ApplyAugmentation, CountsLengthsInPixelsOf112) {
  // Twice the size: twice the shift. The template is scaled in pixel centres,
  // so (86.5, 66.5) comes to 2 * 86 + 0.5 and 2 * 66 + 0.5.
  ExpectDotAt({.shift_px = {4, 0}}, 224, 180.5F, 132.5F);
}

TEST(ApplyAugmentation, AveragesWhenItShrinksALot) {
  const Image chip = ApplyAugmentation(
      NoiseImage(144, 144, 5), {}, 56, Augmentation{.scale = 0.5F});
  // Of sixteen independent samples the deviation is a quarter: 74 / 4; at most
  // half as much again for the interpolation in between.
  double sum = 0;
  double squares = 0;
  for (int y = 20; y < 36; ++y) {
    for (int x = 60; x < 108; ++x) {
      const double level = chip.row(y)[x];
      sum += level;
      squares += level * level;
    }
  }
  const double n = 16 * 48;
  EXPECT_LT(std::sqrt(squares / n - sum * sum / n / n), 28);
}

TEST(ApplyAugmentation, MasksTheLowerFaceOnly) {
  Augmentation augmentation;
  augmentation.mask = Occlusion{10, 20, 30, {0, 0.55F, 0, 0}};
  const Image chip = ApplyAugmentation(Stored(), {}, 112, augmentation);
  const auto is_mask = [&](int x, int y) {
    const std::uint8_t* pixel = chip.row(y) + 3 * x;
    return pixel[0] == 10 && pixel[1] == 20 && pixel[2] == 30;
  };
  EXPECT_TRUE(is_mask(56, 92));   // the mouth
  EXPECT_TRUE(is_mask(40, 75));   // a cheek
  EXPECT_FALSE(is_mask(38, 52));  // an eye
  EXPECT_FALSE(is_mask(4, 105));  // beside the chin
}

TEST(ApplyAugmentation, AMaskMovesWithAMirroredFace) {
  Augmentation augmentation;
  augmentation.flip = true;
  augmentation.rotate_deg = 20;
  augmentation.mask = Occlusion{10, 20, 30, {0, 0.55F, 0, 0}};
  const Image chip = ApplyAugmentation(Stored(), {}, 112, augmentation);
  // The mouth turns clockwise to the left, the mirror puts it to the right.
  EXPECT_EQ(chip.row(90)[3 * 68], 10);
  EXPECT_NE(chip.row(90)[3 * 25], 10);
}

TEST(ApplyAugmentation, PaintsTheRectangle) {
  Augmentation augmentation;
  augmentation.rectangle = Occlusion{1, 2, 3, {0.25F, 0.5F, 0.5F, 0.75F}};
  const Image chip = ApplyAugmentation(Stored(), {}, 112, augmentation);
  EXPECT_EQ(chip.row(60)[3 * 30 + 1], 2);
  EXPECT_NE(chip.row(50)[3 * 30 + 1], 2);
}

TEST(ApplyAugmentation, AppliesEachFilter) {
  const Image plain = ApplyAugmentation(Stored(), {}, 112, {});
  const auto expect = [&](const Augmentation& augmentation,
                          const Image& expected) {
    EXPECT_EQ(LargestDifference(
                  ApplyAugmentation(Stored(), {}, 112, augmentation), expected),
              0);
  };
  Image grey = plain;
  ChangeColor(grey, 5, 1.1F, 0);
  expect({.brightness = 5, .contrast = 1.1F, .saturation = 0}, grey);
  expect({.blur_sigma_px = 1}, GaussianBlur(plain, 1));
  expect({.resolution_px = 30}, ReduceResolution(plain, 30));
  expect({.jpeg_quality = 40}, CompressAgain(plain, 40));
}

TEST(Augment, GivesTheSameChipForTheSameKey) {
  const AugmentOptions options = *ParseAugmentation("strong");
  for (std::uint64_t i = 0; i < 50; ++i) {
    EXPECT_EQ(LargestDifference(Augment(Stored(), {}, 112, options, {1, 2, i}),
                                Augment(Stored(), {}, 112, options, {1, 2, i})),
              0);
  }
}

}  // namespace
}  // namespace mien
