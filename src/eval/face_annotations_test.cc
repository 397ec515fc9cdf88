// SPDX-License-Identifier: Apache-2.0
#include "eval/face_annotations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ParseFaceList, ReadsBoxesOfWider) {
  const auto parsed = ParseFaceList(
      "0--Parade/a.jpg\n2\n449 330 122 149 0 0 0 0 0 0 \n"
      "10 20 5 6 2 0 0 1 0 0 \n"
      "0--Parade/empty.jpg\n0\n0 0 0 0 0 0 0 0 0 0 \n"
      "b.png\n1\n1 2 0 4 0 0 0 0 0 0\n");
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->pictures.size(), 3U);
  EXPECT_EQ(parsed->pictures[0].path, "0--Parade/a.jpg");
  EXPECT_THAT(parsed->pictures[0].boxes,
              ElementsAre(Box{449, 330, 571, 479}, Box{10, 20, 15, 26}));
  EXPECT_THAT(parsed->pictures[1].boxes, IsEmpty());
  ASSERT_EQ(parsed->settings.size(), 1U);
  EXPECT_EQ(parsed->settings[0].name, "all");
  // The second box is invalid, the one of b.png has no width.
  EXPECT_THAT(parsed->settings[0].counts,
              ElementsAre(ElementsAre(1, 0), IsEmpty(), ElementsAre(0)));
}

TEST(ParseFaceList, PutsBoxesAroundTheEllipsesOfFddb) {
  const auto parsed = ParseFaceList(
      "2002/08/11/big/img_591\n2\n30 20 0 100 60 1\n30 20 1.5707963 100 60  1");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->pictures[0].path, "2002/08/11/big/img_591.jpg");
  EXPECT_EQ(parsed->pictures[0].boxes[0], (Box{70, 40, 130, 80}));
  EXPECT_NEAR(parsed->pictures[0].boxes[1].x0, 80.0F, 1e-3F);
  EXPECT_NEAR(parsed->pictures[0].boxes[1].y1, 90.0F, 1e-3F);
}

TEST(ParseFaceList, NamesTheLineThatIsWrong) {
  EXPECT_EQ(ParseFaceList("a.jpg\n").error().message,
            "line 1: must be a picture, with its number of faces below");
  EXPECT_EQ(ParseFaceList("a.jpg\n2\n1 2 3 4\n").error().message,
            "line 4: must be a face, \"x y w h ...\"");
  EXPECT_EQ(ParseFaceList("a.jpg\n1\n1 2 3 x\n").error().message,
            "line 3: must be a face, \"x y w h ...\"");
  EXPECT_FALSE(ParseFaceList("a.jpg\n999999999\n"));
}

TEST(ParseFaceList, FindsNothingInNothing) {
  const auto parsed = ParseFaceList("");
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->pictures.empty());
}

}  // namespace
}  // namespace mien
