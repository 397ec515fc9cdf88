// SPDX-License-Identifier: Apache-2.0
#include "face_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace mien::cli {
namespace {

using testing::ElementsAre;

/// A face at an angle in the plane, in a picture of its own.
UnnamedFace AtAngle(int picture, double degrees) {
  UnnamedFace face;
  face.picture_number = picture;
  face.embedding = {static_cast<float>(std::cos(degrees * M_PI / 180.0)),
                    static_cast<float>(std::sin(degrees * M_PI / 180.0))};
  return face;
}

std::vector<int> PicturesOf(const FaceGroup& group) {
  std::vector<int> pictures;
  for (const GroupedFace& member : group) {
    pictures.push_back(member.face->picture_number);
  }
  return pictures;
}

TEST(GroupFaces, PutsTheMostTypicalFaceFirst) {
  const std::vector<UnnamedFace> faces = {
      AtAngle(0, 30), AtAngle(1, 180), AtAngle(2, 0), AtAngle(3, 12)};
  const auto groups = GroupFaces(faces, {.threshold = 0.5F});
  ASSERT_TRUE(groups);
  ASSERT_EQ(groups->size(), 2U);
  // The centre of 0, 12 and 30 degrees lies near 14.
  EXPECT_THAT(PicturesOf((*groups)[0]), ElementsAre(3, 2, 0));
  EXPECT_NEAR((*groups)[0][0].similarity, std::cos(2 * M_PI / 180.0), 1e-3);
  EXPECT_THAT(PicturesOf((*groups)[1]), ElementsAre(1));
  EXPECT_FLOAT_EQ((*groups)[1][0].similarity, 1.0F);
}

TEST(GroupFaces, TakesNoFaces) {
  const auto groups = GroupFaces({}, {});
  ASSERT_TRUE(groups);
  EXPECT_TRUE(groups->empty());
}

/// A picture whose red tells the column and whose green tells the row.
Image Ramp(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.row(y)[3 * x] = static_cast<std::uint8_t>(x);
      image.row(y)[3 * x + 1] = static_cast<std::uint8_t>(y);
    }
  }
  return image;
}

TEST(CutThumbnail, SurroundsTheFace) {
  // 1.4 * 50 = 70 around (100, 100).
  const Image thumbnail = CutThumbnail(Ramp(200, 200), {75, 80, 125, 120}, 70);
  ASSERT_EQ(thumbnail.width(), 70);
  ASSERT_EQ(thumbnail.height(), 70);
  EXPECT_EQ(thumbnail.row(0)[0], 65);
  EXPECT_EQ(thumbnail.row(0)[1], 65);
}

TEST(CutThumbnail, StaysInsideOfThePicture) {
  const Image thumbnail = CutThumbnail(Ramp(100, 60), {80, -5, 130, 45}, 60);
  EXPECT_EQ(thumbnail.row(0)[0], 40);  // the last 60 columns
  EXPECT_EQ(thumbnail.row(0)[1], 0);
  EXPECT_EQ(thumbnail.row(59)[3 * 59], 99);
  EXPECT_EQ(thumbnail.row(59)[3 * 59 + 1], 59);
}

}  // namespace
}  // namespace mien::cli
