// SPDX-License-Identifier: Apache-2.0
#include "data/embedding_file.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien {
namespace {

constexpr std::array kFirst = {0.6F, 0.8F};
constexpr std::array kSecond = {1.0F, 0.0F};
constexpr std::size_t kAll = 1000;

EmbeddingFileWriter OpenWriter(const TempDir& dir,
                               std::size_t max_rows = kAll) {
  return EmbeddingFileWriter::Open(dir / "t.f32", 2, "sha256:ab", max_rows)
      .value();
}

void WriteTwoRows(const TempDir& dir) {
  EmbeddingFileWriter writer = OpenWriter(dir);
  ASSERT_TRUE(writer.Append(kFirst));
  ASSERT_TRUE(writer.Append(kSecond));
  ASSERT_TRUE(writer.Finish());
}

TEST(EmbeddingFile, ReadsWhatWasWritten) {
  const TempDir dir;
  WriteTwoRows(dir);
  EXPECT_EQ(std::filesystem::file_size(dir / "t.f32"), 64U + 4 * 4);
  const auto file = EmbeddingFile::Open(dir / "t.f32");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->size(), 2U);
  EXPECT_EQ(file->dimension(), 2);
  EXPECT_EQ(file->model_id(), "sha256:ab");
  EXPECT_EQ(file->row(0)[1], 0.8F);
  EXPECT_EQ(file->row(1)[0], 1.0F);
}

TEST(EmbeddingFile, GoesOnBehindTheLastWholeRow) {
  const TempDir dir;
  WriteTwoRows(dir);
  std::ofstream(dir / "t.f32", std::ios::app | std::ios::binary) << "half";
  EmbeddingFileWriter writer = OpenWriter(dir);
  EXPECT_EQ(writer.size(), 2U);
  ASSERT_TRUE(writer.Append(kFirst));
  const auto file = EmbeddingFile::Open(dir / "t.f32");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->size(), 3U);
  EXPECT_EQ(file->row(2)[0], 0.6F);
}

TEST(EmbeddingFile, DropsRowsThatAreTooMany) {
  const TempDir dir;
  WriteTwoRows(dir);
  EXPECT_EQ(OpenWriter(dir, 1).size(), 1U);
}

TEST(EmbeddingFile, RefusesToMixNetworks) {
  const TempDir dir;
  WriteTwoRows(dir);
  const auto writer =
      EmbeddingFileWriter::Open(dir / "t.f32", 2, "sha256:cd", kAll);
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, ErrorCode::kModelMismatch);
}

TEST(EmbeddingFile, RefusesHalfARow) {
  const TempDir dir;
  WriteTwoRows(dir);
  std::filesystem::resize_file(dir / "t.f32", 75);
  const auto file = EmbeddingFile::Open(dir / "t.f32");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kCorruptData);
  EXPECT_NE(file.error().message.find("ends within row 1"), std::string::npos);
}

TEST(EmbeddingFile, RefusesOtherFiles) {
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / "short", "text"));
  ASSERT_TRUE(WriteFileAtomically(dir / "long", std::string(100, 'x')));
  EXPECT_FALSE(EmbeddingFile::Open(dir / "short"));
  EXPECT_FALSE(EmbeddingFile::Open(dir / "long"));
  const auto none = EmbeddingFile::Open(dir / "none");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace mien
