// SPDX-License-Identifier: Apache-2.0
#include "data/dataset.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/file.h"
#include "core/parallel.h"
#include "core/temp_dir.h"
#include "data/sample_dataset.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

/// Ada, Bob, nobody and Ada again, of rising brightness, one per shard.
void WriteSample(const fs::path& folder) {
  DatasetWriter writer = OpenWriter(folder, 1);
  AddSample(writer, "a.jpg", "Ada", 10);
  AddSample(writer, "b.jpg", "Bob", 60);
  AddSample(writer, "c.jpg", "", 110);
  AddSample(writer, "d.jpg", "Ada", 160);
  ASSERT_TRUE(writer.Finish());
}

void Overwrite(const fs::path& file, std::int64_t at, const std::string& text) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(at);
  stream << text;
  ASSERT_TRUE(stream.good());
}

void ReplaceInFile(const fs::path& file,
                   const std::string& from,
                   const std::string& to) {
  std::string text = ReadTextFile(file).value();
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos);
  ASSERT_TRUE(WriteFileAtomically(file, text.replace(at, from.size(), to)));
}

void ExpectCorrupt(const fs::path& folder, const char* part) {
  const auto dataset = ChipDataset::Open(folder);
  ASSERT_FALSE(dataset);
  EXPECT_EQ(dataset.error().code, ErrorCode::kCorruptData);
  EXPECT_NE(dataset.error().message.find(part), std::string::npos)
      << dataset.error().message;
}

TEST(ChipDataset, GivesLabelsInTheOrderOfTheirFirstChip) {
  const TempDir dir;
  WriteSample(dir.path());
  const auto dataset = ChipDataset::Open(dir.path());
  ASSERT_TRUE(dataset) << dataset.error().message;
  ASSERT_EQ(dataset->size(), 4U);
  EXPECT_EQ(dataset->num_identities(), 2);
  EXPECT_EQ(dataset->label(0), 0);
  EXPECT_EQ(dataset->label(1), 1);
  EXPECT_EQ(dataset->label(2), -1);
  EXPECT_EQ(dataset->label(3), 0);
  EXPECT_EQ(dataset->record(1).identity, "Bob");
}

TEST(ChipDataset, DecodesOnManyThreads) {
  const TempDir dir;
  WriteSample(dir.path());
  const auto dataset = ChipDataset::Open(dir.path());
  ASSERT_TRUE(dataset);
  std::vector<int> levels(400);
  ParallelFor(400, 4, [&](int i) {
    const auto chip = dataset->Decode(static_cast<std::size_t>(i) % 4);
    levels[static_cast<std::size_t>(i)] = chip ? chip->row(3)[9] : -1;
  });
  for (std::size_t i = 0; i < levels.size(); ++i) {
    EXPECT_NEAR(levels[i], 10 + 50 * static_cast<int>(i % 4), 1);
  }
}

TEST(ChipDataset, RefusesAnUnfinishedFolder) {
  const TempDir dir;
  OpenWriter(dir.path());
  ExpectCorrupt(dir.path(), "not finished");
}

TEST(ChipDataset, SaysThatThereIsNone) {
  const auto dataset = ChipDataset::Open("/nowhere");
  ASSERT_FALSE(dataset);
  EXPECT_EQ(dataset.error().code, ErrorCode::kNotFound);
}

TEST(ChipDataset, RefusesAShardThatWasCutShort) {
  const TempDir dir;
  WriteSample(dir.path());
  fs::resize_file(dir / "shard-00001.tar", 700);
  ExpectCorrupt(dir.path(), "shard-00001.tar: has 700 bytes");
}

TEST(ChipDataset, RefusesAnIndexThatLostARow) {
  const TempDir dir;
  WriteSample(dir.path());
  std::string text = ReadTextFile(dir / kChipsFile).value();
  text.resize(text.size() - 5);
  ASSERT_TRUE(WriteFileAtomically(dir / kChipsFile, text));
  ExpectCorrupt(dir.path(), "lists 3 chips; must be 4");
}

TEST(ChipDataset, RefusesALabelWithoutChips) {
  const TempDir dir;
  WriteSample(dir.path());
  ReplaceInFile(dir / kInfoFile, "identities\": 2", "identities\": 3");
  ExpectCorrupt(dir.path(), "label 2 has no chip");
}

TEST(ChipDataset, RefusesALabelOutOfRange) {
  const TempDir dir;
  WriteSample(dir.path());
  ReplaceInFile(dir / kInfoFile, "identities\": 2", "identities\": 1");
  ExpectCorrupt(dir.path(), "label 1 of b.jpg; must be below 1");
}

TEST(ChipDataset, RefusesShardsOutOfOrder) {
  const TempDir dir;
  WriteSample(dir.path());
  ReplaceInFile(dir / kChipsFile, "\n1,512", "\n7,512");
  ExpectCorrupt(dir.path(), "shard 7 follows shard 1");
}

TEST(ChipDataset, NamesTheShardWhoseHeaderIsDamaged) {
  const TempDir dir;
  WriteSample(dir.path());
  Overwrite(dir / "shard-00001.tar", 3, "damage");
  const auto dataset = ChipDataset::Open(dir.path());
  ASSERT_TRUE(dataset);
  EXPECT_TRUE(dataset->Decode(0));
  const auto chip = dataset->Decode(1);
  ASSERT_FALSE(chip);
  EXPECT_EQ(chip.error().code, ErrorCode::kCorruptData);
  EXPECT_NE(chip.error().message.find("shard-00001.tar: chip 1 at byte 512"),
            std::string::npos)
      << chip.error().message;
}

TEST(ChipDataset, NamesTheChipWhoseJpegIsDamaged) {
  const TempDir dir;
  WriteSample(dir.path());
  Overwrite(dir / "shard-00002.tar", 512, "not a JPEG");
  const auto dataset = ChipDataset::Open(dir.path());
  ASSERT_TRUE(dataset);
  const auto chip = dataset->Decode(2);
  ASSERT_FALSE(chip);
  EXPECT_NE(chip.error().message.find("chip 2 at byte 512"), std::string::npos)
      << chip.error().message;
}

TEST(ChipDataset, RefusesChipsOfAnotherSize) {
  const TempDir dir;
  WriteSample(dir.path());
  ReplaceInFile(dir / kInfoFile, "margin_px\": 2", "margin_px\": 3");
  const auto dataset = ChipDataset::Open(dir.path());
  ASSERT_TRUE(dataset);
  const auto chip = dataset->Decode(0);
  ASSERT_FALSE(chip);
  EXPECT_NE(chip.error().message.find("20 x 20 pixels; must be 22 x 22"),
            std::string::npos)
      << chip.error().message;
}

}  // namespace
}  // namespace mien
