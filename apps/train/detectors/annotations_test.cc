// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/annotations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/file.h"
#include "core/temp_dir.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

std::vector<AnnotatedPicture> Read(const std::string& text,
                                   const AnnotationOptions& options = {}) {
  const TempDir folder;
  EXPECT_TRUE(WriteFileAtomically(folder / "faces", text));
  return ReadAnnotations(folder / "faces", options);
}

std::string ErrorOf(const std::string& text) {
  try {
    Read(text);
  } catch (const TrainError& error) {
    return error.what();
  }
  return "";
}

constexpr const char* kTwoFaces =
    R"({"image":"a/b.jpg","width":90,"height":80,"faces":[)"
    R"({"box":[1,2,11,22],"score":0.9,"landmarks":)"
    R"([[3,4],[5,4],[4,6],[3,8],[5,8]]},{"box":[30,2,40,22],"score":0.4}]})";

TEST(ReadAnnotations, TakesLinesOfMienDetect) {
  const auto pictures = Read(kTwoFaces, {.root = "/data"});
  ASSERT_THAT(pictures, SizeIs(1));
  EXPECT_EQ(pictures[0].path, "/data/a/b.jpg");
  ASSERT_THAT(pictures[0].faces, SizeIs(2));
  EXPECT_EQ(pictures[0].faces[0].box, (Box{1, 2, 11, 22}));
  ASSERT_TRUE(pictures[0].faces[0].landmarks);
  EXPECT_EQ((*pictures[0].faces[0].landmarks)[3], (Point{3, 8}));
  EXPECT_FALSE(pictures[0].faces[1].landmarks);
}

TEST(ReadAnnotations, IgnoresFacesOfLowScore) {
  const auto pictures = Read(kTwoFaces, {.root = "", .min_score = 0.5F});
  EXPECT_FALSE(pictures[0].faces[0].ignore);
  EXPECT_TRUE(pictures[0].faces[1].ignore);
}

TEST(ReadAnnotations, IgnoresFacesThatSaySo) {
  const auto pictures =
      Read(R"({"image":"a.jpg","faces":[{"box":[0,0,9,9],"ignore":true}]})");
  EXPECT_TRUE(pictures.at(0).faces.at(0).ignore);
}

TEST(ReadAnnotations, SkipsPicturesThatCouldNotBeRead) {
  EXPECT_THAT(Read(R"({"image":"a.jpg","error":{"code":"io"}})"
                   "\n"
                   R"({"image":"b.jpg","faces":[]})"),
              SizeIs(1));
}

TEST(ReadAnnotations, TakesWiderFaceLists) {
  const auto pictures = Read(
      "0--Parade/a.jpg\n2\n449 330 122 149 0 0 0 0 0 0\n"
      "10 20 30 40 0 0 0 1 0 0\n0--Parade/b.jpg\n0\n0 0 0 0 0 0 0 0 0 0\n");
  ASSERT_THAT(pictures, SizeIs(2));
  ASSERT_THAT(pictures[0].faces, SizeIs(2));
  EXPECT_EQ(pictures[0].faces[0].box, (Box{449, 330, 571, 479}));
  EXPECT_FALSE(pictures[0].faces[0].ignore);
  EXPECT_TRUE(pictures[0].faces[1].ignore);
  EXPECT_THAT(pictures[1].faces, SizeIs(0));
}

TEST(ReadAnnotations, NamesFileAndLineOfAnError) {
  EXPECT_THAT(ErrorOf("{\"image\":\"a.jpg\",\"faces\":[]}\n{\"faces\":[]}"),
              HasSubstr("faces:2: not a line of `mien detect --json`"));
  EXPECT_THAT(ErrorOf("a.jpg\nmany\n"),
              HasSubstr("faces:2: the number of faces is \"many\""));
  EXPECT_THAT(ErrorOf("a.jpg\n2\n1 2 3 4\n"),
              HasSubstr("faces:4: ends after 1 of 2 faces"));
}

Landmarks AllAt(float x) { return {{{x, x}, {x, x}, {x, x}, {x, x}, {x, x}}}; }

TEST(BorrowLandmarks, TakesThoseOfTheFaceThatOverlapsMost) {
  std::vector<AnnotatedPicture> pictures = {
      {"a.jpg", {{.box = {0, 0, 10, 10}}, {.box = {50, 0, 60, 10}}}}};
  const std::vector<AnnotatedPicture> found = {
      {"a.jpg",
       {{.box = {0, 0, 10, 8}, .landmarks = AllAt(1)},
        {.box = {0, 0, 10, 9}, .landmarks = AllAt(2)},
        {.box = {55, 0, 65, 10}, .landmarks = AllAt(3)}}}};
  EXPECT_EQ(BorrowLandmarks(found, pictures), 1);
  ASSERT_TRUE(pictures[0].faces[0].landmarks);
  EXPECT_EQ((*pictures[0].faces[0].landmarks)[0], (Point{2, 2}));
  EXPECT_FALSE(pictures[0].faces[1].landmarks);  // shares a third
}

TEST(BorrowLandmarks, KeepsOwnLandmarksAndOtherPictures) {
  std::vector<AnnotatedPicture> pictures = {
      {"a.jpg", {{.box = {0, 0, 10, 10}, .landmarks = AllAt(7)}}},
      {"b.jpg", {{.box = {0, 0, 10, 10}}}}};
  const std::vector<AnnotatedPicture> found = {
      {"a.jpg", {{.box = {0, 0, 10, 10}, .landmarks = AllAt(1)}}}};
  EXPECT_EQ(BorrowLandmarks(found, pictures), 0);
  EXPECT_EQ((*pictures[0].faces[0].landmarks)[0], (Point{7, 7}));
}

}  // namespace
}  // namespace mien::train
