// SPDX-License-Identifier: Apache-2.0
#include "index/index_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <random>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int kDimension = 30;  // is padded to 32
constexpr std::array<std::int64_t, 2> kNumbers = {7, -8};

std::vector<float> Vector(unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> vector(kDimension);
  double squared = 0.0;
  for (float& value : vector) {
    value = normal(random);
    squared += static_cast<double>(value) * value;
  }
  for (float& value : vector) {
    value = static_cast<float>(value / std::sqrt(squared));
  }
  return vector;
}

/// Makes row `id` from its id.
class SeededRows : public RowSource {
 public:
  Result<void> Read(
      std::span<const std::uint64_t> ids,
      const std::function<void(std::uint64_t, std::span<const float>)>& visit)
      const override {
    for (const std::uint64_t id : ids) {
      visit(id, Vector(static_cast<unsigned>(id)));
    }
    return {};
  }
};

class IndexFileTest : public testing::Test {
 protected:
  /// An index file of rows 1 to `num_rows`.
  void Write(unsigned num_rows) {
    ExactIndex index(kDimension);
    for (unsigned i = 1; i <= num_rows; ++i) {
      ASSERT_TRUE(index.Add(i, Vector(i)));
    }
    Write({kDimension, index.chunks(), index.ids(), kNumbers});
  }

  void Write(const IndexFileParts& parts) {
    auto file = PendingIndexFile::Write(folder_.path(), 0640, label_, parts);
    ASSERT_TRUE(file) << file.error().message;
    const auto published = file->Publish(path_);
    ASSERT_TRUE(published) << published.error().message;
  }

  ExactIndex Read() {
    auto contents = ReadIndexFile(path_, 2);
    EXPECT_TRUE(contents) << contents.error().message;
    return {contents->dimension,
            std::move(contents->chunks),
            std::move(contents->ids),
            rows_};
  }

  static std::uint64_t NearestTo(const ExactIndex& index, unsigned seed) {
    return index.Search(Vector(seed), {.k = 1}).value().at(0).at(0).id;
  }

  void FlipByteAt(std::streamoff offset) {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(offset);
    const int byte = file.get();
    file.seekp(offset);
    file.put(static_cast<char>(byte ^ 1));
  }

  TempDir folder_;
  std::filesystem::path path_ = folder_ / "people.idx";
  IndexFileLabel label_{std::string(64, 'a'), 12, -34};
  SeededRows rows_;
};

TEST_F(IndexFileTest, FindsTheSameAsTheIndexThatWasWritten) {
  Write(20000);  // two chunks
  const ExactIndex index = Read();
  EXPECT_EQ(index.size(), 20000U);
  for (const unsigned i : {1U, 777U, 16384U, 16385U, 20000U}) {
    EXPECT_EQ(NearestTo(index, i), i);
  }
}

TEST_F(IndexFileTest, KeepsLabelNumbersAndMode) {
  Write(3);
  const auto contents = ReadIndexFile(path_);
  ASSERT_TRUE(contents);
  EXPECT_EQ(contents->label, label_);
  EXPECT_EQ(contents->dimension, kDimension);
  EXPECT_THAT(contents->ids, ElementsAre(1, 2, 3));
  EXPECT_THAT(contents->numbers, ElementsAre(7, -8));
  EXPECT_EQ(ReadIndexFileLabel(path_).value(), label_);

  struct stat status {};

  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST_F(IndexFileTest, WhatIsReadCanGrowAndShrinkAndLeavesTheFileAlone) {
  Write(100);
  const std::string before = ReadTextFile(path_).value();
  ExactIndex index = Read();
  ASSERT_TRUE(index.Add(500, Vector(500)));
  EXPECT_TRUE(index.Remove(1));
  EXPECT_EQ(NearestTo(index, 500), 500U);
  EXPECT_EQ(NearestTo(index, 100), 100U);  // has moved to the place of 1
  EXPECT_FALSE(index.Contains(1));
  EXPECT_EQ(ReadTextFile(path_).value(), before);
}

TEST_F(IndexFileTest, NothingOfAWipedRowStaysInTheFile) {
  Write(16384 + 40);
  const auto wiped = WipeIndexRows(path_, std::vector<std::uint64_t>{5, 99999});
  ASSERT_TRUE(wiped) << wiped.error().message;
  EXPECT_EQ(*wiped, 1);
  const auto contents = ReadIndexFile(path_);
  ASSERT_TRUE(contents) << contents.error().message;
  EXPECT_EQ(contents->ids[4], kWipedRow);
  EXPECT_EQ(contents->ids[5], 6U);
  const RowBlocks block = contents->chunks[0].Blocks(0, 1);
  EXPECT_EQ(block.scales[4], 0.0F);
  EXPECT_GT(block.scales[5], 0.0F);
  std::vector<std::int8_t> row(32);
  LoadFromBlock(block.values, 4, row);
  EXPECT_THAT(row, testing::Each(0));

  const ExactIndex index = Read();
  EXPECT_EQ(index.size(), 16384U + 39U);
  EXPECT_FALSE(index.Contains(5));
  EXPECT_EQ(NearestTo(index, 6), 6U);
  EXPECT_EQ(NearestTo(index, 16384 + 40), 16384U + 40U);
}

TEST_F(IndexFileTest, AFileWithoutRowsKeepsIdsAndNumbers) {
  const std::vector<std::uint64_t> ids = {3, 4, 5};
  Write({kDimension, {}, ids, kNumbers});
  const auto contents = ReadIndexFile(path_);
  ASSERT_TRUE(contents) << contents.error().message;
  EXPECT_TRUE(contents->chunks.empty());
  EXPECT_THAT(contents->ids, ElementsAre(3, 4, 5));
  EXPECT_THAT(contents->numbers, ElementsAre(7, -8));
}

TEST_F(IndexFileTest, IdsAreWipedInAFileWithoutRows) {
  const std::vector<std::uint64_t> ids = {3, 4, 5};
  Write({kDimension, {}, ids, kNumbers});
  EXPECT_EQ(WipeIndexRows(path_, std::vector<std::uint64_t>{4}).value(), 1);
  EXPECT_THAT(ReadIndexFile(path_)->ids, ElementsAre(3, kWipedRow, 5));
  FlipByteAt(4096);
  EXPECT_EQ(WipeIndexRows(path_, std::vector<std::uint64_t>{5}).error().code,
            ErrorCode::kCorruptData);
}

TEST_F(IndexFileTest, OthersWhoMappedItSeeWipedRowsVanish) {
  Write(50);
  const auto contents = ReadIndexFile(path_);
  ASSERT_TRUE(WipeIndexRows(path_, std::vector<std::uint64_t>{5}));
  EXPECT_EQ(contents->chunks[0].Blocks(0, 1).scales[4], 0.0F);
}

TEST_F(IndexFileTest, NamesWhatIsDamaged) {
  constexpr std::streamoff kChunkBytes = 16384 * (32 + 8);
  const std::map<std::streamoff, std::string> places = {
      {0, "not an index file"},
      {40, "its header"},
      {4096 + 3, "its contents"},                     // a row
      {4096 + kChunkBytes, "its contents"},           // an id
      {4096 + kChunkBytes + 8 * 9, "its contents"},   // a number
      {4096 + kChunkBytes + 8 * 11, "its contents"},  // a hash
  };
  for (const auto& [offset, message] : places) {
    Write(9);
    FlipByteAt(offset);
    const auto contents = ReadIndexFile(path_);
    ASSERT_FALSE(contents) << offset;
    EXPECT_EQ(contents.error().code, ErrorCode::kCorruptData);
    EXPECT_THAT(contents.error().message, HasSubstr(message)) << offset;
    EXPECT_THAT(contents.error().message, HasSubstr("people.idx"));
  }
}

TEST_F(IndexFileTest, DamageIsNotCoveredUpByWiping) {
  Write(9);
  FlipByteAt(4096 + 3);
  EXPECT_EQ(WipeIndexRows(path_, std::vector<std::uint64_t>{5}).error().code,
            ErrorCode::kCorruptData);
}

TEST_F(IndexFileTest, RefusesShortFilesAndOtherVersions) {
  EXPECT_EQ(ReadIndexFile(path_).error().code, ErrorCode::kNotFound);
  Write(9);
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 1);
  EXPECT_THAT(ReadIndexFile(path_).error().message, HasSubstr("bytes instead"));
  std::filesystem::resize_file(path_, 100);
  EXPECT_THAT(ReadIndexFile(path_).error().message, HasSubstr("too short"));
  Write(9);
  FlipByteAt(8);
  EXPECT_EQ(ReadIndexFile(path_).error().code, ErrorCode::kUnsupported);
}

TEST_F(IndexFileTest, AFileThatGetsNoNameLeavesNothing) {
  ExactIndex index(kDimension);
  ASSERT_TRUE(index.Add(1, Vector(1)));
  ASSERT_TRUE(
      PendingIndexFile::Write(folder_.path(),
                              0600,
                              label_,
                              {kDimension, index.chunks(), index.ids(), {}}));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

}  // namespace
}  // namespace mien
