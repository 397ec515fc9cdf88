// SPDX-License-Identifier: Apache-2.0
#include "image/rotate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "image/synthetic_image.h"

namespace mien {
namespace {

using ::testing::ElementsAre;

/// Grey pixels of the given levels.
Image Grey(int width, int height, const std::vector<int>& levels) {
  Image image(width, height);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      image.pixels()[3 * i + c] = static_cast<std::uint8_t>(levels[i]);
    }
  }
  return image;
}

std::vector<int> Levels(const Image& image) {
  std::vector<int> levels;
  for (std::size_t i = 0; i < image.pixels().size(); i += 3) {
    levels.push_back(image.pixels()[i]);
  }
  return levels;
}

// 1 2 3
// 4 5 6
const std::vector<int> kSix = {1, 2, 3, 4, 5, 6};

TEST(Rotate, TurnsClockwise) {
  const Image image = Grey(3, 2, kSix);
  EXPECT_THAT(Levels(Rotate(image, Rotation::k0)), kSix);
  EXPECT_THAT(Levels(Rotate(image, Rotation::k90)),
              ElementsAre(4, 1, 5, 2, 6, 3));
  EXPECT_THAT(Levels(Rotate(image, Rotation::k180)),
              ElementsAre(6, 5, 4, 3, 2, 1));
  EXPECT_THAT(Levels(Rotate(image, Rotation::k270)),
              ElementsAre(3, 6, 2, 5, 1, 4));
}

TEST(Rotate, ExchangesWidthAndHeight) {
  const Image turned = Rotate(Grey(3, 2, kSix), Rotation::k90);
  EXPECT_EQ(turned.width(), 2);
  EXPECT_EQ(turned.height(), 3);
}

TEST(Rotate, FourQuarterTurnsGiveTheSamePicture) {
  const Image image = NoiseImage(67, 45, 3);
  Image turned = image;
  for (int i = 0; i < 4; ++i) {
    turned = Rotate(turned, Rotation::k90);
  }
  EXPECT_THAT(turned.pixels(), ::testing::ElementsAreArray(image.pixels()));
}

TEST(FlipHorizontal, MirrorsEachRowAndKeepsChannels) {
  Image image(2, 1);
  std::copy_n(std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6}.begin(),
              6,
              image.pixels().begin());
  EXPECT_THAT(FlipHorizontal(image).pixels(), ElementsAre(4, 5, 6, 1, 2, 3));
}

// Each stored picture below shows the upright 1 2 3 / 4 5 6.
TEST(ApplyOrientation, RightsAllEightOrientations) {
  struct Case {
    int orientation;
    int width;
    std::vector<int> stored;
  };

  const std::vector<Case> cases = {
      {1, 3, {1, 2, 3, 4, 5, 6}},
      {2, 3, {3, 2, 1, 6, 5, 4}},
      {3, 3, {6, 5, 4, 3, 2, 1}},
      {4, 3, {4, 5, 6, 1, 2, 3}},
      {5, 2, {1, 4, 2, 5, 3, 6}},
      {6, 2, {3, 6, 2, 5, 1, 4}},
      {7, 2, {6, 3, 5, 2, 4, 1}},
      {8, 2, {4, 1, 5, 2, 6, 3}},
  };
  for (const Case& c : cases) {
    const Image upright =
        ApplyOrientation(Grey(c.width, 6 / c.width, c.stored), c.orientation);
    EXPECT_EQ(upright.width(), 3) << c.orientation;
    EXPECT_THAT(Levels(upright), kSix) << c.orientation;
  }
}

TEST(ApplyOrientation, IgnoresValuesOutsideOfTheStandard) {
  for (const int orientation : {-1, 0, 9, 65535}) {
    EXPECT_THAT(Levels(ApplyOrientation(Grey(3, 2, kSix), orientation)), kSix);
  }
}

TEST(PadBorder, SurroundsWithBlack) {
  const Image padded = PadBorder(
      Grey(1, 1, {9}), {.left = 1, .top = 0, .right = 2, .bottom = 1});
  EXPECT_EQ(padded.width(), 4);
  EXPECT_THAT(Levels(padded), ElementsAre(0, 9, 0, 0, 0, 0, 0, 0));
}

}  // namespace
}  // namespace mien
