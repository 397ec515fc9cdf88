// SPDX-License-Identifier: Apache-2.0
//
// Parity with facenet-pytorch: the same weights find the same faces.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "detect/golden_faces.h"
#include "mien/detector.h"
#include "mien/image.h"

namespace mien {
namespace {

constexpr float kPositionTolerancePx = 1.0F;
constexpr float kScoreTolerance = 0.01F;

// Largest distance between the corners and landmarks of two faces.
float Distance(const Detection& a, const Detection& b) {
  float largest = std::max({std::abs(a.box.x0 - b.box.x0),
                            std::abs(a.box.y0 - b.box.y0),
                            std::abs(a.box.x1 - b.box.x1),
                            std::abs(a.box.y1 - b.box.y1)});
  for (std::size_t i = 0; i < a.landmarks.size(); ++i) {
    largest = std::max({largest,
                        std::abs(a.landmarks[i].x - b.landmarks[i].x),
                        std::abs(a.landmarks[i].y - b.landmarks[i].y)});
  }
  return largest;
}

void ExpectSameFaces(const GoldenPicture& golden,
                     const std::vector<Detection>& faces) {
  EXPECT_EQ(faces.size(), golden.faces.size()) << golden.image;
  for (const Detection& expected : golden.faces) {
    const auto nearest = std::ranges::min_element(
        faces, {}, [&](const Detection& f) { return Distance(f, expected); });
    ASSERT_NE(nearest, faces.end()) << golden.image << ": no face found";
    EXPECT_LE(Distance(*nearest, expected), kPositionTolerancePx)
        << golden.image << ", face at " << expected.box.x0 << ", "
        << expected.box.y0;
    EXPECT_NEAR(nearest->score, expected.score, kScoreTolerance)
        << golden.image;
  }
}

void ExpectParity(const std::string& golden_file, int num_threads) {
  if (!std::filesystem::exists(SharedFolder())) {
    GTEST_SKIP() << "skipped: needs ../shared";
  }
  const auto detector = Detector::Load(
      SharedFolder() / "models" / "mtcnn",
      {.close_up_padding_percent = 0, .num_threads = num_threads});
  ASSERT_TRUE(detector) << detector.error().message;
  EXPECT_EQ((*detector)->name(), "mtcnn");
  for (const GoldenPicture& golden : ReadGoldenFaces(golden_file)) {
    const auto picture = LoadImage(SharedFolder() / "data" / golden.image);
    ASSERT_TRUE(picture) << picture.error().message;
    const auto faces = (*detector)->Detect(picture->image);
    ASSERT_TRUE(faces) << faces.error().message;
    ExpectSameFaces(golden, *faces);
  }
}

TEST(MtcnnParity, FindsTheSameFacesInLfwPictures) {
  ExpectParity("mtcnn_lfw.json", 1);
}

TEST(MtcnnParity, FindsTheSameFacesInWiderPictures) {
  ExpectParity("mtcnn_wider.json", 2);
}

}  // namespace
}  // namespace mien
