// SPDX-License-Identifier: Apache-2.0
#include "mien/detector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien {
namespace {

using testing::HasSubstr;

TEST(DetectorOptions, DefaultsAreValid) {
  EXPECT_TRUE(DetectorOptions().Validate());
}

TEST(DetectorOptions, MessagesNameFieldValueAndRange) {
  const auto message = [](const DetectorOptions& options) {
    const auto valid = options.Validate();
    return valid ? std::string("valid") : valid.error().message;
  };
  EXPECT_EQ(message({.min_face_px = 4}), "min_face_px is 4; must be >= 12");
  EXPECT_EQ(message({.min_face_px = 0}), "valid");
  EXPECT_THAT(message({.score_threshold = 1.5F}),
              HasSubstr("score_threshold is 1.5"));
  EXPECT_EQ(message({.max_faces = -1}), "max_faces is -1; must be >= 0");
  EXPECT_EQ(message({.close_up_padding_percent = 900}),
            "close_up_padding_percent is 900; must be in [0, 400]");
  EXPECT_EQ(message({.input_long_side_px = -5}),
            "input_long_side_px is -5; must be >= 0");
  EXPECT_EQ(message({.num_threads = 0}), "num_threads is 0; must be >= 1");
}

TEST(Detector, LoadNamesThePathThatIsMissing) {
  const auto detector = Detector::Load("/nowhere/mtcnn");
  ASSERT_FALSE(detector);
  EXPECT_EQ(detector.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(detector.error().message, HasSubstr("/nowhere/mtcnn"));
}

TEST(Detector, LoadNamesTheNetThatAFolderLacks) {
  const TempDir folder;
  const auto detector = Detector::Load(folder.path());
  ASSERT_FALSE(detector);
  EXPECT_EQ(detector.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(detector.error().message, HasSubstr("pnet.onnx"));
}

TEST(Detector, LoadRefusesWhatIsNoOnnxFile) {
  const TempDir folder;
  ASSERT_TRUE(WriteFileAtomically(folder / "model.onnx", "not a model"));
  const auto detector = Detector::Load(folder / "model.onnx");
  ASSERT_FALSE(detector);
  EXPECT_EQ(detector.error().code, ErrorCode::kCorruptModel);
}

}  // namespace
}  // namespace mien
