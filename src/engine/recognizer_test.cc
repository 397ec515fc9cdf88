// SPDX-License-Identifier: Apache-2.0
#include "mien/recognizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/temp_dir.h"

namespace mien {
namespace {

using ::testing::HasSubstr;

Detection FaceAt(Box box) {
  Detection face;
  face.box = box;
  return face;
}

TEST(LargestFace, IsTheOneWithTheLargestBox) {
  const std::vector<Detection> faces = {
      FaceAt({0, 0, 30, 40}), FaceAt({50, 50, 90, 85}), FaceAt({0, 0, 100, 5})};
  EXPECT_EQ(LargestFace(faces), 1U);
}

TEST(LargestFace, IsNoneOfNoFaces) { EXPECT_EQ(LargestFace({}), std::nullopt); }

TEST(Recognizer, SaysWhichModelIsMissing) {
  const TempDir models;
  const auto recognizer = Recognizer::Load({.models = models.path(),
                                            .detector = {},
                                            .embedder = {},
                                            .detection = {},
                                            .embedding = {}});
  ASSERT_FALSE(recognizer);
  EXPECT_EQ(recognizer.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(recognizer.error().message, HasSubstr("no face detector in "));
}

}  // namespace
}  // namespace mien
