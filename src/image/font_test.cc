// SPDX-License-Identifier: Apache-2.0
#include "image/font.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using ::testing::ElementsAre;

TEST(GlyphOf, DrawsStraightStrokesFromPointToPoint) {
  const Glyph& l = GlyphOf('L');
  EXPECT_THAT(l.strokes,
              ElementsAre(ElementsAre(Point{0, 0}, Point{0, 8}, Point{5, 8})));
  EXPECT_EQ(l.width, 5.0F);
}

TEST(GlyphOf, SmoothsCurvesBetweenTheirEnds) {
  const Glyph& u = GlyphOf('U');
  ASSERT_EQ(u.strokes.size(), 1U);
  EXPECT_EQ(u.strokes[0].front(), (Point{0, 0}));
  EXPECT_EQ(u.strokes[0].back(), (Point{5, 0}));
  EXPECT_GT(u.strokes[0].size(), 20U);
}

TEST(GlyphOf, KeepsEveryStrokeInsideOfItsLine) {
  for (char character = ' '; character <= '~'; ++character) {
    for (const auto& stroke : GlyphOf(character).strokes) {
      EXPECT_GE(stroke.size(), 2U) << character;
      for (const Point& point : stroke) {
        EXPECT_TRUE(point.x >= 0 && point.x <= GlyphOf(character).width &&
                    point.y >= 0 && point.y <= kLineHeight)
            << character << " at " << point.x << ", " << point.y;
      }
    }
  }
}

TEST(GlyphOf, GivesSpaceAWidthWithoutStrokes) {
  EXPECT_TRUE(GlyphOf(' ').strokes.empty());
  EXPECT_EQ(GlyphOf(' ').width, 2.0F);
}

TEST(GlyphOf, GivesOneBoxForAllOtherBytes) {
  EXPECT_EQ(&GlyphOf('\n'), &GlyphOf('\xC3'));
  EXPECT_EQ(GlyphOf('\n').strokes.size(), 1U);
}

}  // namespace
}  // namespace mien
