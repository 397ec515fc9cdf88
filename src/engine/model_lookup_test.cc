// SPDX-License-Identifier: Apache-2.0
#include "engine/model_lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "core/temp_dir.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

using ::testing::Contains;
using ::testing::HasSubstr;

/// The bytes of an ONNX file whose only content is mien.task = `task`: field 14
/// (tag 0x72) with key (0x0a) and value (0x12).
std::string ModelWithTask(const std::string& task) {
  const std::string key = "mien.task";
  const std::string entry =
      "\x0a" + std::string(1, static_cast<char>(key.size())) + key + "\x12" +
      std::string(1, static_cast<char>(task.size())) + task;
  return "\x72" + std::string(1, static_cast<char>(entry.size())) + entry;
}

void Write(const fs::path& path, const std::string& bytes = "") {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST(FindDetector, PrefersMtcnnToASingleFileWithoutContract) {
  const TempDir models;
  Write(models / "mtcnn/pnet.onnx");
  Write(models / "mtcnn/rnet.onnx");
  Write(models / "mtcnn/onet.onnx");
  Write(models / "yunet/yunet_n_dynamic.onnx");
  EXPECT_EQ(*FindDetector(models.path()), models / "mtcnn");
  EXPECT_EQ(*FindDetector(models.path(), "ssd"),
            models / "yunet/yunet_n_dynamic.onnx");
}

TEST(FindDetector, PrefersASingleFileWithContractToMtcnn) {
  const TempDir models;
  Write(models / "mtcnn-pnet.onnx", ModelWithTask("detect"));
  Write(models / "mtcnn-rnet.onnx", ModelWithTask("detect"));
  Write(models / "mtcnn-onet.onnx", ModelWithTask("detect"));
  Write(models / "face-ssd.onnx", ModelWithTask("detect"));
  EXPECT_EQ(*FindDetector(models.path()), models / "face-ssd.onnx");
  EXPECT_EQ(*FindDetector(models.path(), "mtcnn"), models.path());
  EXPECT_EQ(*FindDetector(models.path(), "ssd"), models / "face-ssd.onnx");
}

TEST(FindDetector, KnowsMtcnnByTheNamesThatImportGives) {
  const TempDir models;
  Write(models / "mtcnn-pnet.onnx");
  Write(models / "mtcnn-rnet.onnx");
  Write(models / "mtcnn-onet.onnx");
  EXPECT_EQ(*FindDetector(models.path()), models.path());
}

TEST(FindDetector, DoesNotTakeAStageOfMtcnnForASingleFile) {
  const TempDir models;
  Write(models / "mtcnn-pnet.onnx", ModelWithTask("detect"));
  Write(models / "mtcnn-rnet.onnx", ModelWithTask("detect"));
  Write(models / "mtcnn-onet.onnx", ModelWithTask("detect"));
  EXPECT_EQ(*FindDetector(models.path()), models.path());
  EXPECT_EQ(FindDetector(models.path(), "ssd").error().code,
            ErrorCode::kNotFound);
}

TEST(FindDetector, TwoNetsAreNoMtcnn) {
  const TempDir models;
  Write(models / "mtcnn/pnet.onnx");
  Write(models / "mtcnn/rnet.onnx");
  const auto found = FindDetector(models.path());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(found.error().message, HasSubstr("no face detector in "));
  EXPECT_THAT(found.error().message, HasSubstr("mien model fetch"));
}

TEST(FindDetector, NamesTheKindsThereAre) {
  const auto found = FindDetector("/nowhere", "viola-jones");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message,
            "detector is viola-jones; must be mtcnn, ssd or the path of a "
            "detector");
}

TEST(FindDetector, TakesAnyFileWhoseContractSaysSo) {
  const TempDir models;
  Write(models / "own.onnx", ModelWithTask("detect"));
  Write(models / "yunet/yunet_n_dynamic.onnx");
  EXPECT_EQ(*FindDetector(models.path()), models / "own.onnx");
}

TEST(FindEmbedder, TakesAFileWithContractBeforeAKnownOne) {
  const TempDir models;
  Write(models / "mobilefacenet/mobilefacenet.onnx");
  Write(models / "detector.onnx", ModelWithTask("detect"));
  Write(models / "nets/own.onnx", ModelWithTask("embed"));
  const auto found = FindEmbedder(models.path());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->file, models / "nets/own.onnx");
  EXPECT_EQ(found->profile, "");
}

TEST(FindEmbedder, KnowsTheProfileOfMobileFaceNet) {
  const TempDir models;
  Write(models / "mobilefacenet/mobilefacenet.onnx");
  const auto found = FindEmbedder(models.path());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->file, models / "mobilefacenet/mobilefacenet.onnx");
  EXPECT_EQ(found->profile, "arcface112-imagenet");
}

TEST(FindEmbedder, PassesOverFilesThatAreNotOnnx) {
  const TempDir models;
  Write(models / "text.onnx", "this is no protobuf message");
  Write(models / "cut.onnx", ModelWithTask("embed").substr(0, 9));
  EXPECT_FALSE(FindEmbedder(models.path()));
}

TEST(DefaultModelFolders, HonoursTheEnvironmentAndTheUsersData) {
  const TempDir home;
  fs::create_directories(home / "mine");
  fs::create_directories(home / "data/mien/models");
  ::setenv("MIEN_MODELS", (home / "mine").c_str(), 1);
  ::setenv("XDG_DATA_HOME", (home / "data").c_str(), 1);
  EXPECT_EQ(UserModelFolder(), home / "data/mien/models");
  const std::vector<fs::path> folders = DefaultModelFolders();
  ASSERT_GE(folders.size(), 2U);
  EXPECT_EQ(folders.front(), home / "mine");
  EXPECT_EQ(folders.back(), home / "data/mien/models");
}

}  // namespace
}  // namespace mien
