// SPDX-License-Identifier: Apache-2.0
#include "data/dataset_writer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "core/file.h"
#include "core/temp_dir.h"
#include "data/dataset.h"
#include "data/sample_dataset.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

/// All files of a folder by name.
std::map<std::string, std::string> FilesOf(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename().string()] =
        ReadTextFile(entry.path()).value();
  }
  return files;
}

void AppendTo(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::app | std::ios::binary) << text;
}

void AddFrom(DatasetWriter& writer, int first) {
  for (int i = first; i < 6; ++i) {
    const std::string name(1, static_cast<char>('a' + i));
    if (!writer.Has(name)) {
      AddSample(writer, name, i % 2 == 0 ? "Ada" : "Bob");
    }
  }
}

/// What six pictures give without a break, in shards of two.
std::map<std::string, std::string> Unbroken() {
  const TempDir dir;
  DatasetWriter writer = OpenWriter(dir.path(), 2000);
  AddFrom(writer, 0);
  MIEN_CHECK(writer.Finish());
  return FilesOf(dir.path());
}

/// Adds four of them to `folder` and stops as if killed.
void Begin(const fs::path& folder) {
  DatasetWriter writer = OpenWriter(folder, 2000);
  for (const char* name : {"a", "b", "c", "d"}) {
    AddSample(writer, name, name[0] % 2 == 1 ? "Ada" : "Bob");
  }
}

void ExpectResumesAsUnbroken(const fs::path& folder) {
  DatasetWriter writer = OpenWriter(folder, 2000);
  AddFrom(writer, 0);
  ASSERT_TRUE(writer.Finish());
  EXPECT_EQ(FilesOf(folder), Unbroken());
}

TEST(DatasetWriter, SplitsIntoShards) {
  EXPECT_EQ(Unbroken().count("shard-00001.tar"), 1U);
  EXPECT_EQ(Unbroken().count("shard-00000.tar"), 1U);
}

TEST(DatasetWriter, GoesOnAfterAKill) {
  const TempDir dir;
  Begin(dir.path());
  ExpectResumesAsUnbroken(dir.path());
}

TEST(DatasetWriter, GoesOnAfterHalfAChip) {
  const TempDir dir;
  Begin(dir.path());
  AppendTo(dir / "shard-00001.tar", "half a chip");
  ExpectResumesAsUnbroken(dir.path());
}

TEST(DatasetWriter, GoesOnAfterHalfARow) {
  const TempDir dir;
  Begin(dir.path());
  AppendTo(dir / kChipsFile, "1,51");
  ExpectResumesAsUnbroken(dir.path());
}

TEST(DatasetWriter, GoesOnWhenTheShardLacksBytesOfTheIndex) {
  const TempDir dir;
  Begin(dir.path());
  fs::resize_file(dir / "shard-00001.tar", 100);
  ExpectResumesAsUnbroken(dir.path());
}

TEST(DatasetWriter, TakesAPictureWithMissingFacesAgain) {
  const TempDir dir;
  {
    DatasetWriter writer = OpenWriter(dir.path());
    AddSample(writer, "a", "");
    const std::vector<NewChip> faces = {SampleChip("b", "", 1),
                                        SampleChip("b", "", 2)};
    ASSERT_TRUE(writer.Add(faces));
  }
  // The second row of b never reached the disk.
  std::string text = ReadTextFile(dir / kChipsFile).value();
  text.resize(text.rfind('\n', text.size() - 2) + 1);
  ASSERT_TRUE(WriteFileAtomically(dir / kChipsFile, text));
  const DatasetWriter writer = OpenWriter(dir.path());
  EXPECT_TRUE(writer.Has("a"));
  EXPECT_FALSE(writer.Has("b"));
}

TEST(DatasetWriter, LeavesAFinishedFolderAsItIs) {
  const TempDir dir;
  DatasetWriter first = OpenWriter(dir.path(), 2000);
  AddFrom(first, 0);
  ASSERT_TRUE(first.Finish());
  ExpectResumesAsUnbroken(dir.path());
}

TEST(DatasetWriter, AddsToAFinishedFolder) {
  const TempDir dir;
  Begin(dir.path());
  DatasetWriter first = OpenWriter(dir.path(), 2000);
  AddSample(first, "d", "Bob");
  ASSERT_TRUE(first.Finish());
  ExpectResumesAsUnbroken(dir.path());
}

TEST(DatasetWriter, RemembersWhatItDropped) {
  const TempDir dir;
  {
    DatasetWriter writer = OpenWriter(dir.path());
    ASSERT_TRUE(writer.Drop("x, y.jpg", "no face found"));
  }
  EXPECT_EQ(ReadTextFile(dir / kDroppedFile).value(),
            "source,reason\n\"x, y.jpg\",no face found\n");
  EXPECT_TRUE(OpenWriter(dir.path()).Has("x, y.jpg"));
}

TEST(DatasetWriter, FindsTheSameBytesOfTheSamePersonOnly) {
  const TempDir dir;
  DatasetWriter writer = OpenWriter(dir.path());
  AddSample(writer, "a", "Ada");
  EXPECT_EQ(writer.FindDigest("digest of a", "Ada"), "a");
  EXPECT_EQ(writer.FindDigest("digest of a", "Bob"), std::nullopt);
  EXPECT_EQ(writer.FindDigest("digest of b", "Ada"), std::nullopt);
}

TEST(DatasetWriter, RefusesToMixSizes) {
  const TempDir dir;
  OpenWriter(dir.path());
  DatasetInfo other = SampleInfo();
  other.geometry.margin_px = 5;
  const auto writer = DatasetWriter::Open(dir.path(), other);
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, ErrorCode::kAlreadyExists);
  EXPECT_NE(writer.error().message.find("16 + 2 x 2 pixels"),
            std::string::npos);
}

TEST(DatasetWriter, AnEmptyFolderIsADatasetToo) {
  const TempDir dir;
  ASSERT_TRUE(OpenWriter(dir.path()).Finish());
  const auto dataset = ChipDataset::Open(dir.path());
  ASSERT_TRUE(dataset) << dataset.error().message;
  EXPECT_EQ(dataset->size(), 0U);
}

}  // namespace
}  // namespace mien
