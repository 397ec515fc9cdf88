// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/picture_sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/file.h"
#include "core/temp_dir.h"
#include "image/synthetic_image.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

using testing::HasSubstr;

class PictureSets : public testing::Test {
 protected:
  // Two lists, of three pictures and of one, with one face each.
  void SetUp() override {
    Write("three", {"a.jpg", "b.jpg", "c.jpg"});
    Write("one", {"d.jpg"});
  }

  void Write(const std::string& name, const std::vector<std::string>& images) {
    std::string lines;
    for (const std::string& image : images) {
      lines += R"({"image":")" + image + R"(","faces":[{"box":[0,0,10,10]}]})" +
               "\n";
    }
    ASSERT_TRUE(WriteFileAtomically(folder_ / name, lines));
  }

  std::string ErrorOf(const std::string& annotations) {
    try {
      ReadPictureSets({.annotations = {annotations}});
    } catch (const TrainError& error) {
      return error.what();
    }
    return "";
  }

  [[nodiscard]] std::string Path(const std::string& name) const {
    return (folder_ / name).string();
  }

  TempDir folder_;
};

// How often a picture of the second set is drawn.
double ShareOfSecond(const std::vector<PictureSet>& sets) {
  int second = 0;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    Random random(1, i);
    second += DrawPicture(sets, random).path == "d.jpg" ? 1 : 0;
  }
  return second / 2000.0;
}

TEST_F(PictureSets, AreDrawnByTheirNumberOfPictures) {
  const auto sets =
      ReadPictureSets({.annotations = {Path("three"), Path("one")}});
  EXPECT_NEAR(ShareOfSecond(sets), 0.25, 0.04);
}

TEST_F(PictureSets, AreDrawnByTheSharesGiven) {
  const auto sets = ReadPictureSets(
      {.annotations = {Path("three") + ":1", Path("one") + ":4"}});
  EXPECT_NEAR(ShareOfSecond(sets), 0.8, 0.04);
}

TEST_F(PictureSets, RefuseSharesThatAreNone) {
  EXPECT_THAT(ErrorOf(Path("one") + ":0"),
              HasSubstr("is \"0\"; must be a number above 0"));
  EXPECT_THAT(ErrorOf(Path("one") + ":half"), HasSubstr("is \"half\""));
}

TEST_F(PictureSets, BorrowLandmarksFromOtherLists) {
  ASSERT_TRUE(WriteFileAtomically(
      folder_ / "marked",
      R"({"image":"d.jpg","faces":[{"box":[0,0,10,9],"landmarks":)"
      R"([[3,4],[5,4],[4,6],[3,8],[5,8]]}]})"));
  const auto sets = ReadPictureSets(
      {.annotations = {Path("one")}, .landmarks = {Path("marked")}});
  EXPECT_TRUE(sets[0].pictures[0].faces[0].landmarks);
  EXPECT_EQ(DescribeSets(sets),
            "1 pictures, 1 faces, 1 of them with landmarks, 0 ignored");
}

TEST_F(PictureSets, LoadFacesInPixelsOfTheDecodedPicture) {
  ASSERT_TRUE(SaveImage(WavesImage(400, 200), folder_ / "large.jpg"));
  const AnnotatedPicture picture = {folder_ / "large.jpg",
                                    {{.box = {40, 40, 120, 80}}}};
  const LoadedPicture half = LoadPicture(picture, 200);
  EXPECT_EQ(half.image.width(), 200);
  EXPECT_EQ(half.faces[0].box, (Box{20, 20, 60, 40}));
  EXPECT_EQ(LoadPicture(picture, 400).faces[0].box, (Box{40, 40, 120, 80}));
}

TEST_F(PictureSets, NameThePictureThatCannotBeRead) {
  try {
    LoadPicture({Path("missing.jpg"), {}}, 200);
    FAIL();
  } catch (const TrainError& error) {
    EXPECT_THAT(error.what(), HasSubstr("missing.jpg"));
  }
}

}  // namespace
}  // namespace mien::train
