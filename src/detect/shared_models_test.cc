// SPDX-License-Identifier: Apache-2.0
//
// Detectors of other projects, unmodified, and the retries of MTCNN, on
// pictures where it is known which faces there are.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "detect/golden_faces.h"
#include "image/resize.h"
#include "image/rotate.h"
#include "mien/detector.h"
#include "mien/image.h"

namespace mien {
namespace {

float Overlap(const Box& a, const Box& b) {
  const Box shared = {std::max(a.x0, b.x0),
                      std::max(a.y0, b.y0),
                      std::min(a.x1, b.x1),
                      std::min(a.y1, b.y1)};
  return shared.area() / (a.area() + b.area() - shared.area());
}

// The found face that overlaps `expected` most, or null below one half.
const Detection* Match(const std::vector<Detection>& faces,
                       const Box& expected) {
  for (const Detection& face : faces) {
    if (Overlap(face.box, expected) >= 0.5F) {
      return &face;
    }
  }
  return nullptr;
}

// Mean distance of the landmarks in shares of the box's width.
float LandmarkDistance(const Detection& a, const Detection& b) {
  float sum = 0.0F;
  for (std::size_t i = 0; i < a.landmarks.size(); ++i) {
    sum += std::hypot(a.landmarks[i].x - b.landmarks[i].x,
                      a.landmarks[i].y - b.landmarks[i].y);
  }
  return sum / static_cast<float>(a.landmarks.size()) / b.box.width();
}

// How a detector did on the faces that MTCNN found.
struct Tally {
  int expected = 0;
  int found = 0;
  int extra = 0;
  float landmark_distance = 0.0F;  // mean over the found
};

Tally Compare(const Detector& detector,
              const std::string& golden_file,
              std::size_t max_pictures,
              float min_side_px) {
  Tally tally;
  auto pictures = ReadGoldenFaces(golden_file);
  pictures.resize(std::min(pictures.size(), max_pictures));
  for (const GoldenPicture& golden : pictures) {
    const auto picture = LoadImage(SharedFolder() / "data" / golden.image);
    EXPECT_TRUE(picture) << golden.image;
    const auto faces = detector.Detect(picture->image);
    EXPECT_TRUE(faces) << golden.image;
    int found = 0;
    for (const Detection& expected : golden.faces) {
      if (expected.box.width() < min_side_px) {
        continue;
      }
      ++tally.expected;
      if (const Detection* face = Match(*faces, expected.box)) {
        ++found;
        tally.landmark_distance += LandmarkDistance(*face, expected);
      }
    }
    tally.found += found;
    tally.extra += static_cast<int>(faces->size()) - found;
  }
  tally.landmark_distance /= static_cast<float>(std::max(1, tally.found));
  return tally;
}

std::unique_ptr<Detector> LoadShared(const std::string& model,
                                     const DetectorOptions& options = {}) {
  auto detector = Detector::Load(SharedFolder() / "models" / model, options);
  EXPECT_TRUE(detector) << detector.error().message;
  return detector ? *std::move(detector) : nullptr;
}

class SharedModels : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(SharedFolder())) {
      GTEST_SKIP() << "skipped: needs ../shared";
    }
  }
};

TEST_F(SharedModels, YunetFindsTheFacesOfLfw) {
  for (const char* model : {"yunet/yunet_n_dynamic.onnx",
                            "yunet/yunet_s_dynamic.onnx",
                            "yunet/yunet_n_320_320.onnx"}) {
    const auto detector = LoadShared(model);
    ASSERT_NE(detector, nullptr);
    EXPECT_EQ(detector->name(), "yunet");
    EXPECT_TRUE(detector->has_landmarks());
    const Tally tally = Compare(*detector, "mtcnn_lfw.json", 60, 60);
    EXPECT_EQ(tally.expected, 70);
    EXPECT_GE(tally.found, 63) << model;
    EXPECT_LE(tally.extra, 20) << model;
    EXPECT_LE(tally.landmark_distance, 0.07F) << model;
  }
}

TEST_F(SharedModels, UltraFaceFindsTheFacesOfLfw) {
  for (const char* model : {"ultraface/version-RFB-320.onnx",
                            "ultraface/version-RFB-640.onnx",
                            "ultraface/version-slim-320.onnx"}) {
    const auto detector = LoadShared(model);
    ASSERT_NE(detector, nullptr);
    EXPECT_EQ(detector->name(), "ultraface");
    EXPECT_FALSE(detector->has_landmarks());
    const Tally tally = Compare(*detector, "mtcnn_lfw.json", 60, 60);
    EXPECT_GE(tally.found, 62) << model;
    EXPECT_LE(tally.extra, 15) << model;
    // An average face's landmarks, not measured ones.
    EXPECT_LE(tally.landmark_distance, 0.13F) << model;
  }
}

TEST_F(SharedModels, YunetFindsLargeFacesInCrowds) {
  const auto detector =
      LoadShared("yunet/yunet_n_dynamic.onnx", {.input_long_side_px = 1024});
  ASSERT_NE(detector, nullptr);
  const Tally tally = Compare(*detector, "mtcnn_wider.json", 30, 40);
  EXPECT_EQ(tally.expected, 75);
  EXPECT_GE(tally.found, 67);
  EXPECT_LE(tally.landmark_distance, 0.08F);
}

TEST_F(SharedModels, RotationRetryFindsFacesThatLieOnTheirSide) {
  const auto detector =
      LoadShared("mtcnn",
                 {.close_up_padding_percent = 0,
                  .rotation_retry = RotationRetry::kWhenEmpty});
  ASSERT_NE(detector, nullptr);
  auto pictures = ReadGoldenFaces("mtcnn_lfw.json");
  pictures.resize(20);
  int found = 0;
  for (const GoldenPicture& golden : pictures) {
    const auto picture = LoadImage(SharedFolder() / "data" / golden.image);
    ASSERT_TRUE(picture);
    const Image turned = Rotate(picture->image, Rotation::k90);
    const auto faces = detector->Detect(turned);
    ASSERT_TRUE(faces);
    const Box& box = golden.faces.front().box;
    const auto height = static_cast<float>(picture->image.height());
    const Box expected = {height - box.y1, box.x0, height - box.y0, box.x1};
    found += Match(*faces, expected) != nullptr ? 1 : 0;
  }
  EXPECT_GE(found, 17);
}

TEST_F(SharedModels, CloseUpRetryFindsFacesThatFillThePicture) {
  const auto with = LoadShared("mtcnn", {.close_up_padding_percent = 50});
  const auto without = LoadShared("mtcnn", {.close_up_padding_percent = 0});
  auto pictures = ReadGoldenFaces("mtcnn_lfw.json");
  pictures.resize(60);
  int found_with = 0;
  int found_without = 0;
  for (const GoldenPicture& golden : pictures) {
    const auto picture = LoadImage(SharedFolder() / "data" / golden.image);
    ASSERT_TRUE(picture);
    // A little less than the face's box.
    const Box& box = golden.faces.front().box;
    const PixelRect rect = ClipTo(picture->image,
                                  {static_cast<int>(box.x0 + 8),
                                   static_cast<int>(box.y0 + 8),
                                   static_cast<int>(box.x1 - 8),
                                   static_cast<int>(box.y1 - 8)});
    const Image face =
        ResizeArea(picture->image, rect, rect.width(), rect.height());
    found_with += with->Detect(face)->empty() ? 0 : 1;
    found_without += without->Detect(face)->empty() ? 0 : 1;
  }
  EXPECT_GE(found_with, 55);
  EXPECT_LE(found_without, 45);
}

}  // namespace
}  // namespace mien
