// SPDX-License-Identifier: Apache-2.0
#include "eval/central_faces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/temp_dir.h"
#include "eval/fake_faces.h"

namespace mien {
namespace {

using testing::HasSubstr;

Detection FaceAt(Box box) {
  Detection face;
  face.box = box;
  return face;
}

TEST(CentralFace, IsNoneOfNoFaces) {
  EXPECT_EQ(CentralFace({}, 100, 100), std::nullopt);
}

TEST(CentralFace, PrefersASmallerFaceInTheMiddle) {
  // Areas 1600 and 2500; squared distances from (50, 50) 0 and 1250.
  const std::vector<Detection> faces = {FaceAt({30, 30, 70, 70}),
                                        FaceAt({0, 0, 50, 50})};
  EXPECT_EQ(CentralFace(faces, 100, 100), 0U);
}

TEST(CentralFace, TakesAMuchLargerFaceAside) {
  // 100 - 0 against 6400 - 2 * 200.
  const std::vector<Detection> faces = {FaceAt({45, 45, 55, 55}),
                                        FaceAt({0, 0, 80, 80})};
  EXPECT_EQ(CentralFace(faces, 100, 100), 1U);
}

class DescribeCentralFacesTest : public ::testing::Test {
 protected:
  Result<std::vector<Descriptions>> Describe(const Detector* detector) {
    const std::vector<std::filesystem::path> paths = {
        dir_ / "grey.png", dir_ / "black.png", dir_ / "missing.png"};
    EXPECT_TRUE(SaveGrey(paths[0], 90));
    EXPECT_TRUE(SaveGrey(paths[1], 0));
    const NetworkMethod method(embedder_);
    const std::vector<const FaceMethod*> methods = {&method, &method};
    return DescribeCentralFaces(
        paths, methods, {.detector = detector, .num_threads = 2});
  }

  TempDir dir_;
  LevelEmbedder embedder_;
};

TEST_F(DescribeCentralFacesTest, SaysOfEachPictureWhyThereIsNoDescriptor) {
  const WholePictureDetector detector;
  const auto described = Describe(&detector);
  ASSERT_TRUE(described);
  ASSERT_EQ(described->size(), 2U);
  for (const Descriptions& pictures : *described) {
    ASSERT_TRUE(pictures[0]);
    EXPECT_NEAR((*pictures[0])[1], 1.0F, 1e-6F);
    EXPECT_THAT(pictures[1].error().message,
                HasSubstr("black.png: no face found"));
    EXPECT_EQ(pictures[2].error().code, ErrorCode::kNotFound);
  }
}

TEST_F(DescribeCentralFacesTest, TakesPicturesForChipsWithoutADetector) {
  const auto described = Describe(nullptr);
  ASSERT_TRUE(described);
  EXPECT_TRUE(described->front()[1]);
  EXPECT_FALSE(described->front()[2]);
}

TEST(NetworkMethod, AppendsTheMirroredChipsEmbedding) {
  const LevelEmbedder embedder;
  Image chip(8, 8);
  chip.pixels()[3 * 7] = 90;  // the last pixel of the first row
  const std::vector<Image> chips = {chip};
  const auto described =
      NetworkMethod(embedder, "", MirrorAppending::kYes).Describe(chips);
  ASSERT_TRUE(described);
  const Descriptor& both = described->front();
  ASSERT_EQ(both.size(), 4U);
  EXPECT_NEAR(both[0], 1.0F, 1e-6F);
  EXPECT_NEAR(both[3], 1.0F, 1e-6F);
  EXPECT_EQ(NetworkMethod(embedder).name(), "levels");
  EXPECT_EQ(NetworkMethod(embedder, "mine").name(), "mine");
  EXPECT_EQ(NetworkMethod(embedder).Describe(chips)->front().size(), 2U);
}

}  // namespace
}  // namespace mien
