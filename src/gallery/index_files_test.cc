// SPDX-License-Identifier: Apache-2.0
#include "gallery/index_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien {
namespace {

using testing::ElementsAre;

class IndexFilesTest : public testing::Test {
 protected:
  /// An index file with rows 1 and 2.
  std::filesystem::path WriteFor(std::string_view collection) {
    ExactIndex index(2);
    EXPECT_TRUE(index.Add(1, std::vector{1.0F, 0.0F}));
    EXPECT_TRUE(index.Add(2, std::vector{0.0F, 1.0F}));
    const std::string owner = IndexFileOwner(collection, "m");
    auto file = PendingIndexFile::Write(folder_.path(),
                                        0600,
                                        {owner, 5, 6},
                                        {2, index.chunks(), index.ids(), {}});
    const auto path = IndexFilePath(gallery_, owner);
    EXPECT_TRUE(file && file->Publish(path));
    return path;
  }

  TempDir folder_;
  std::filesystem::path gallery_ = folder_ / "people.db";
};

TEST_F(IndexFilesTest, EachCollectionAndModelHasAFileOfItsOwn) {
  EXPECT_NE(IndexFileOwner("a", "b"), IndexFileOwner("b", "a"));
  EXPECT_NE(IndexFileOwner("ab", "c"), IndexFileOwner("a", "bc"));
  EXPECT_EQ(IndexFilePath(gallery_, std::string(64, 'f')).filename(),
            "people.db-index-ffffffffffffffff");
}

TEST_F(IndexFilesTest, LiesBesideTheFileThatALinkLeadsTo) {
  ASSERT_TRUE(WriteFileAtomically(gallery_, std::string_view("x")));
  std::filesystem::create_symlink(gallery_, folder_ / "link.db");
  EXPECT_EQ(IndexFilePath(folder_ / "link.db", "0123456789abcdef"),
            IndexFilePath(gallery_, "0123456789abcdef"));
}

TEST_F(IndexFilesTest, WipesWhatWasRemovedSince) {
  const auto path = WriteFor("a");
  ASSERT_TRUE(WipeIndexFiles(gallery_, [](const IndexFileLabel& label) {
    EXPECT_EQ(label.sequence, 5);
    EXPECT_EQ(label.token, 6);
    return Result(std::optional(std::vector<std::uint64_t>{2}));
  }));
  EXPECT_THAT(ReadIndexFile(path)->ids, ElementsAre(1U, kWipedRow));
}

TEST_F(IndexFilesTest, DeletesFilesOfAnotherHistory) {
  const auto path = WriteFor("a");
  ASSERT_TRUE(WipeIndexFiles(gallery_, [](const IndexFileLabel&) {
    return Result(std::optional<std::vector<std::uint64_t>>());
  }));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(IndexFilesTest, DeletesDamagedFilesAndLeavesOthersAlone) {
  const auto damaged = folder_ / "people.db-index-x.new-1";
  const auto other = folder_ / "people.db-wal";
  ASSERT_TRUE(WriteFileAtomically(damaged, std::string_view("?")));
  ASSERT_TRUE(WriteFileAtomically(other, std::string_view("?")));
  ASSERT_TRUE(WipeIndexFiles(gallery_, [](const IndexFileLabel&) {
    return Result(std::optional(std::vector<std::uint64_t>{2}));
  }));
  EXPECT_FALSE(std::filesystem::exists(damaged));
  EXPECT_TRUE(std::filesystem::exists(other));
}

}  // namespace
}  // namespace mien
