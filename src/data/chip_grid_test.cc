// SPDX-License-Identifier: Apache-2.0
#include "data/chip_grid.h"

#include <gtest/gtest.h>

#include <vector>

namespace mien {
namespace {

TEST(ChipGrid, PlacesPicturesRowByRow) {
  std::vector<Image> pictures(5, Image(10, 8));
  pictures[4].row(0)[0] = 77;
  const Image sheet = ChipGrid(pictures, 3);
  EXPECT_EQ(sheet.width(), 3 * 10 + 2 * 2);
  EXPECT_EQ(sheet.height(), 2 * 8 + 2);
  EXPECT_EQ(sheet.row(10)[3 * 12], 77);
  EXPECT_EQ(sheet.row(0)[3 * 10], 255);   // the line between
  EXPECT_EQ(sheet.row(10)[3 * 24], 255);  // no sixth picture
}

TEST(ChipGrid, IsAsNarrowAsItsPictures) {
  EXPECT_EQ(ChipGrid(std::vector<Image>(2, Image(10, 8)), 5).width(), 22);
}

TEST(ChipGrid, OfNothingIsEmpty) { EXPECT_TRUE(ChipGrid({}, 3).empty()); }

}  // namespace
}  // namespace mien
