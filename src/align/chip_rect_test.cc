// SPDX-License-Identifier: Apache-2.0
#include "align/chip_rect.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(ChipRect, FacenetMarginGrowsWithTheBox) {
  // 14 * 73 / 146 / 2 = 3.5 across, 14 * 146 / 146 / 2 = 7 down.
  EXPECT_EQ(FacenetMarginRect({40, 30, 113, 176}, 14, 160, 250, 250),
            (PixelRect{36, 23, 116, 183}));
}

TEST(ChipRect, FacenetWithoutMarginCutsTheBox) {
  EXPECT_EQ(FacenetMarginRect({40.9F, 30.9F, 113.9F, 176.9F}, 0, 160, 250, 250),
            (PixelRect{40, 30, 113, 176}));
}

TEST(ChipRect, IsClippedToThePicture) {
  EXPECT_EQ(FacenetMarginRect({-5, -9, 400, 300}, 0, 160, 250, 200),
            (PixelRect{0, 0, 250, 200}));
}

TEST(ChipRect, IsEmptyOutsideOfThePicture) {
  EXPECT_LE(FacenetMarginRect({-50, 10, -9, 40}, 0, 160, 250, 200).width(), 0);
}

TEST(ChipRect, DavidSandbergMarginIsInSourcePixels) {
  EXPECT_EQ(DavidSandbergMarginRect({40.5F, 10, 90.5F, 70}, 32, 100, 250),
            (PixelRect{24, 0, 100, 86}));
}

TEST(ChipRect, CompreFaceGrowsEachSideByItsShare) {
  // 0.2126, 0.1053, 0.2231 and 0.0987 of 100.
  EXPECT_EQ(CompreFaceRect({100, 100, 200, 200}, 500, 500),
            (PixelRect{78, 89, 222, 209}));
}

}  // namespace
}  // namespace mien
