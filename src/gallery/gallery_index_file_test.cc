// SPDX-License-Identifier: Apache-2.0
#include "gallery/gallery_index_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "core/file.h"
#include "core/temp_dir.h"
#include "gallery/gallery_index.h"
#include "gallery/index_files.h"
#include "gallery/sqlite/database.h"

namespace mien {
namespace {

using testing::HasSubstr;

constexpr const char* kModel = "sha256:0123456789abcdef";
constexpr std::size_t kDimension = 64;

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

/// A gallery of 40 people with one template each, and the index file that
/// belongs to it.
class GalleryIndexFileTest : public testing::Test {
 protected:
  void SetUp() override {
    gallery_ = Gallery::Open(path_).value();
    for (unsigned i = 0; i < 40; ++i) {
      subjects_.push_back(Add(i));
    }
  }

  std::int64_t Add(unsigned seed, Polarity polarity = Polarity::kPositive) {
    Template entry;
    entry.embedding = {Vector(seed), kModel};
    entry.polarity = polarity;
    return gallery_->AddTemplate("c", "Person " + std::to_string(seed), entry)
        .value()
        .subject_id;
  }

  std::unique_ptr<GalleryIndex> Build() {
    auto index = GalleryIndex::Build(
        *gallery_, "c", kModel, {.beside = path_, .min_templates_in_file = 10});
    EXPECT_TRUE(index) << index.error().message;
    return std::move(index).value();
  }

  [[nodiscard]] std::filesystem::path IndexFile() const {
    return IndexFilePath(path_, IndexFileOwner("c", kModel));
  }

  static SubjectSimilarity NearestTo(const GalleryIndex& index, unsigned seed) {
    return index.Search(Vector(seed), 1).value().at(0).at(0);
  }

  TempDir folder_;
  std::filesystem::path path_ = folder_ / "people.db";
  std::unique_ptr<Gallery> gallery_;
  std::vector<std::int64_t> subjects_;
};

TEST_F(GalleryIndexFileTest, TheNextStartFindsTheSame) {
  Build();
  ASSERT_TRUE(std::filesystem::exists(IndexFile()));
  // Only the file knows the vectors now, but for those that win.
  const auto index = Build();
  EXPECT_EQ(index->notice(), "");
  EXPECT_EQ(index->num_templates(), 40U);
  for (const unsigned i : {0U, 17U, 39U}) {
    EXPECT_EQ(NearestTo(*index, i).subject_id, subjects_[i]);
    EXPECT_NEAR(NearestTo(*index, i).cosine_similarity, 1.0F, 1e-6F);
  }
}

TEST_F(GalleryIndexFileTest, IsNotMadeForFewTemplatesOrWhenNotAskedFor) {
  ASSERT_TRUE(GalleryIndex::Build(
      *gallery_, "c", kModel, {.beside = path_, .min_templates_in_file = 41}));
  ASSERT_TRUE(GalleryIndex::Build(
      *gallery_, "c", kModel, {.min_templates_in_file = 1}));
  EXPECT_FALSE(std::filesystem::exists(IndexFile()));
}

TEST_F(GalleryIndexFileTest, FollowsWhatChangedSince) {
  Add(100, Polarity::kNegative);
  Build();
  const auto before = std::filesystem::last_write_time(IndexFile());
  const auto added = Add(50);
  ASSERT_TRUE(gallery_->DeleteSubject(subjects_[3]));
  ASSERT_TRUE(gallery_->MergeSubjects(subjects_[4], subjects_[5]));
  const auto index = Build();
  EXPECT_EQ(index->notice(), "");
  EXPECT_EQ(index->num_templates(), 41U);
  EXPECT_EQ(index->num_subjects(), 39U);
  EXPECT_EQ(NearestTo(*index, 50).subject_id, added);
  EXPECT_NE(NearestTo(*index, 3).subject_id, subjects_[3]);
  // The merged one is fused with the other; both templates are hers.
  EXPECT_EQ(NearestTo(*index, 5).subject_id, subjects_[4]);
  EXPECT_GE(std::filesystem::last_write_time(IndexFile()), before);
}

TEST_F(GalleryIndexFileTest, IsWrittenAnewWhenMuchIsMissing) {
  Build();
  const auto sequence = [&] {
    return ReadIndexFileLabel(IndexFile())->sequence;
  };
  EXPECT_EQ(sequence(), 40);
  Add(100);
  Build();
  EXPECT_EQ(sequence(), 40);
  for (unsigned i = 101; i < 112; ++i) {
    Add(i);
  }
  Build();
  EXPECT_EQ(sequence(), 52);
}

TEST_F(GalleryIndexFileTest, NothingOfADeletedPersonStaysInIt) {
  Build();
  // How the row lies in the file: int8, four values of 16 rows in turn.
  const auto contents = ReadIndexFile(IndexFile());
  std::vector<std::int8_t> row(kDimension);
  LoadFromBlock(contents->chunks[0].Blocks(0, 1).values, 7, row);
  const auto pieces_left = [&] {
    const std::string bytes = ReadTextFile(IndexFile()).value();
    int count = 0;
    for (std::size_t at = 0; at < kDimension; at += 4) {
      const std::string_view piece(reinterpret_cast<const char*>(&row[at]), 4);
      count += bytes.find(piece) != std::string::npos ? 1 : 0;
    }
    return count;
  };
  EXPECT_EQ(pieces_left(), 16);
  ASSERT_TRUE(gallery_->DeleteSubject(subjects_[7]));
  EXPECT_EQ(pieces_left(), 0);
  EXPECT_EQ(ReadIndexFile(IndexFile())->ids[7], kWipedRow);
  // And single templates, as merging drops and DeleteTemplate() removes them.
  const auto doomed =
      ReadTemplates(*gallery_, {.subject_id = subjects_[8]})->front().id;
  ASSERT_TRUE(gallery_->DeleteTemplate(doomed));
  EXPECT_EQ(ReadIndexFile(IndexFile())->ids[8], kWipedRow);
  EXPECT_EQ(Build()->num_templates(), 38U);
}

TEST_F(GalleryIndexFileTest, AnIndexInUseSurvivesADeletion) {
  Build();
  const auto index = Build();
  ASSERT_TRUE(gallery_->DeleteSubject(subjects_[7]));
  // Not refreshed yet: the row is gone under its feet.
  EXPECT_NE(NearestTo(*index, 7).subject_id, subjects_[7]);
  EXPECT_EQ(NearestTo(*index, 8).subject_id, subjects_[8]);
}

TEST_F(GalleryIndexFileTest, ADamagedFileIsReportedAndReplaced) {
  Build();
  {
    std::fstream file(IndexFile(),
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(5000);
    file.put('?');
  }
  const auto index = Build();
  EXPECT_THAT(index->notice(), HasSubstr("do not fit their hashes"));
  EXPECT_EQ(NearestTo(*index, 8).subject_id, subjects_[8]);
  EXPECT_EQ(Build()->notice(), "");
}

TEST_F(GalleryIndexFileTest, AFileOfACopyThatWentAnotherWayIsNotUsed) {
  ASSERT_TRUE(gallery_->Backup(folder_ / "copy.db"));
  Add(100);
  Build();
  // The copy takes the place of the gallery and gets another template there.
  gallery_ = nullptr;
  const std::string file = ReadTextFile(IndexFile()).value();
  std::filesystem::rename(folder_ / "copy.db", path_);
  gallery_ = Gallery::Open(path_).value();
  const auto other = Add(200);
  // Opening it for writing has deleted the file; somebody puts it back.
  EXPECT_FALSE(std::filesystem::exists(IndexFile()));
  ASSERT_TRUE(WriteFileAtomically(IndexFile(), std::string_view(file)));
  const auto index = Build();
  EXPECT_THAT(index->notice(), HasSubstr("older copy"));
  EXPECT_EQ(NearestTo(*index, 200).subject_id, other);
}

TEST_F(GalleryIndexFileTest, AFileThatDoesNotBelongHereIsDeleted) {
  Build();
  gallery_ = nullptr;
  std::filesystem::remove(path_);
  gallery_ = Gallery::Open(path_).value();
  EXPECT_FALSE(std::filesystem::exists(IndexFile()));
}

TEST_F(GalleryIndexFileTest, SaysWhyItCannotBeWritten) {
  auto index = GalleryIndex::Build(
      *gallery_,
      "c",
      kModel,
      {.beside = folder_ / "nowhere.db", .min_templates_in_file = 10});
  ASSERT_TRUE(index);
  EXPECT_THAT((*index)->notice(), HasSubstr("no such gallery"));
  EXPECT_EQ((*index)->num_templates(), 40U);
}

}  // namespace
}  // namespace mien
