// SPDX-License-Identifier: Apache-2.0
#include "gallery/own_index_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/temp_dir.h"
#include "gallery/index_files.h"
#include "gallery/sqlite/database.h"
#include "index/exact_index.h"

namespace mien {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A gallery of two templates, 1 and 2.
class OwnIndexFileTest : public testing::Test {
 protected:
  void SetUp() override {
    gallery_ = Gallery::Open(path_).value();
    Add("Ada", {1.0F, 0.0F});
    Add("Bob", {0.0F, 1.0F});
  }

  void Add(std::string_view name, std::vector<float> vector) {
    Template entry;
    entry.embedding = {std::move(vector), "m"};
    ASSERT_TRUE(gallery_->AddTemplate("c", name, entry));
  }

  [[nodiscard]] GalleryPosition Now() const {
    return gallery_->ChangesSince(0)->back().position;
  }

  Result<void> Publish(const GalleryPosition& position) {
    ExactIndex index(2);
    EXPECT_TRUE(index.Add(1, std::vector{1.0F, 0.0F}));
    EXPECT_TRUE(index.Add(2, std::vector{0.0F, 1.0F}));
    return PublishIndexFile(path_,
                            owner_,
                            *gallery_,
                            position,
                            {.dimension = 2,
                             .chunks = index.chunks(),
                             .ids = index.ids(),
                             .numbers = {}});
  }

  Result<IndexFileContents> Read() {
    return ReadOwnIndexFile(File(), owner_, *gallery_, 1);
  }

  [[nodiscard]] std::filesystem::path File() const {
    return IndexFilePath(path_, owner_);
  }

  /// What a process does that is killed before it has wiped anything.
  void DeleteAndDie(std::string_view name) {
    const auto database = sqlite::Database::Open(path_, {}).value();
    ASSERT_TRUE(database.Execute("PRAGMA foreign_keys = ON"));
    ASSERT_TRUE(database.Execute("DELETE FROM subjects WHERE name = ?", name));
  }

  TempDir folder_;
  std::filesystem::path path_ = folder_ / "people.db";
  std::string owner_ = IndexFileOwner("c", "m");
  std::unique_ptr<Gallery> gallery_;
};

TEST_F(OwnIndexFileTest, IsReadAsItWasPublished) {
  ASSERT_TRUE(Publish(Now()));
  const auto contents = Read();
  ASSERT_TRUE(contents) << contents.error().message;
  EXPECT_THAT(contents->ids, ElementsAre(1, 2));
  EXPECT_EQ(contents->label.sequence, Now().sequence);
}

TEST_F(OwnIndexFileTest, DoesNotAppearWhenATemplateWasRemovedMeanwhile) {
  const GalleryPosition before = Now();
  ASSERT_TRUE(gallery_->DeleteTemplate(1));
  EXPECT_TRUE(Publish(before));
  EXPECT_FALSE(std::filesystem::exists(File()));
}

TEST_F(OwnIndexFileTest, OfAnotherOwnerIsRefused) {
  ASSERT_TRUE(Publish(Now()));
  const auto other =
      ReadOwnIndexFile(File(), IndexFileOwner("d", "m"), *gallery_, 1);
  EXPECT_EQ(other.error().code, ErrorCode::kCorruptData);
  EXPECT_THAT(other.error().message, HasSubstr("index of another gallery"));
}

TEST_F(OwnIndexFileTest, OfAnotherHistoryIsRefused) {
  GalleryPosition elsewhere = Now();
  ++elsewhere.token;
  ASSERT_TRUE(Publish(elsewhere));
  EXPECT_THAT(Read().error().message, HasSubstr("older copy"));
}

TEST_F(OwnIndexFileTest, ReadingWipesWhatAKilledProcessLeft) {
  ASSERT_TRUE(Publish(Now()));
  DeleteAndDie("Ada");
  ASSERT_THAT(ReadIndexFile(File())->ids, ElementsAre(1, 2));
  ASSERT_TRUE(Read());
  const auto contents = ReadIndexFile(File());
  EXPECT_THAT(contents->ids, ElementsAre(kWipedRow, 2));
  EXPECT_EQ(contents->chunks[0].Blocks(0, 1).scales[0], 0.0F);
}

TEST_F(OwnIndexFileTest, OpeningTheGalleryWipesWhatAKilledProcessLeft) {
  ASSERT_TRUE(Publish(Now()));
  DeleteAndDie("Ada");
  ASSERT_TRUE(Gallery::Open(path_, {.read_only = true}));
  EXPECT_THAT(ReadIndexFile(File())->ids, ElementsAre(1, 2));
  ASSERT_TRUE(Gallery::Open(path_));
  EXPECT_THAT(ReadIndexFile(File())->ids, ElementsAre(kWipedRow, 2));
}

TEST_F(OwnIndexFileTest, OpeningTheGalleryLeavesAGoodFileAlone) {
  ASSERT_TRUE(Publish(Now()));
  const auto before = std::filesystem::last_write_time(File());
  ASSERT_TRUE(Gallery::Open(path_));
  EXPECT_EQ(std::filesystem::last_write_time(File()), before);
  EXPECT_TRUE(Read());
}

}  // namespace
}  // namespace mien
