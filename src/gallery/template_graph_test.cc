// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>

#include "core/temp_dir.h"
#include "gallery/gallery_index.h"
#include "gallery/index_files.h"
#include "index/index_file.h"

namespace mien {
namespace {

constexpr const char* kModel = "sha256:0123456789abcdef";

std::vector<float> Vector(unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> vector(32);
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

/// A gallery of 40 people, searched by graph.
class TemplateGraphTest : public testing::Test {
 protected:
  void SetUp() override {
    for (unsigned i = 0; i < 40; ++i) {
      subjects_.push_back(Add(i));
    }
    auto index = GalleryIndex::Build(
        *gallery_, "c", kModel, {.method = SearchMethod::kHnsw});
    if (!index && index.error().code == ErrorCode::kUnsupported) {
      std::printf("skipped: needs libfaiss-dev\n");
      GTEST_SKIP() << index.error().message;
    }
    ASSERT_TRUE(index) << index.error().message;
    index_ = std::move(index).value();
  }

  std::int64_t Add(unsigned seed) {
    Template entry;
    entry.embedding = {Vector(seed), kModel};
    return gallery_->AddTemplate("c", "Person " + std::to_string(seed), entry)
        .value()
        .subject_id;
  }

  [[nodiscard]] std::int64_t NearestTo(unsigned seed) const {
    return index_->Search(Vector(seed), 1).value().at(0).at(0).subject_id;
  }

  TempDir folder_;
  std::unique_ptr<Gallery> gallery_ = Gallery::Open(folder_ / "g.db").value();
  std::vector<std::int64_t> subjects_;
  std::unique_ptr<GalleryIndex> index_;
};

TEST_F(TemplateGraphTest, FindsPeopleAndFollowsTheGallery) {
  EXPECT_EQ(NearestTo(17), subjects_[17]);
  const auto added = Add(1000);
  ASSERT_TRUE(gallery_->DeleteSubject(subjects_[17]));
  ASSERT_TRUE(index_->Refresh());
  EXPECT_EQ(NearestTo(1000), added);
  EXPECT_NE(NearestTo(17), subjects_[17]);
}

TEST_F(TemplateGraphTest, SaysHowFarItIsOnlyWhileItIsMade) {
  std::vector<int> done;
  index_ = GalleryIndex::Build(
               *gallery_,
               "c",
               kModel,
               {.method = SearchMethod::kHnsw,
                .graph_progress = [&](int in,
                                      int /*total*/) { done.push_back(in); }})
               .value();
  EXPECT_EQ(done.size(), 41U);
  EXPECT_EQ(done.back(), 40);
  Add(1000);
  ASSERT_TRUE(index_->Refresh());
  EXPECT_EQ(done.size(), 41U);
}

TEST_F(TemplateGraphTest, SaysHowWellItDoes) {
  const auto& measured = index_->approximation();
  ASSERT_TRUE(measured);
  EXPECT_EQ(measured->num_probes, 40);
  EXPECT_EQ(measured->num_neighbors, 10);
  EXPECT_GT(measured->recall, 0.95);
  EXPECT_LE(measured->recall, 1.0);
  EXPECT_GT(measured->recall_of_first, 0.95);
  EXPECT_GT(measured->milliseconds, 0.0);
  EXPECT_GT(measured->exact_milliseconds, 0.0);
  EXPECT_GT(measured->build_seconds, 0.0);
}

TEST_F(TemplateGraphTest, AnEmptyGalleryCanGrow) {
  index_ = GalleryIndex::Build(
               *gallery_, "d", kModel, {.method = SearchMethod::kHnsw})
               .value();
  EXPECT_FALSE(index_->approximation());
  EXPECT_TRUE(index_->Search(Vector(1), 1)->empty());
  Template entry;
  entry.embedding = {Vector(1), kModel};
  const auto ada = gallery_->AddTemplate("d", "Ada", entry)->subject_id;
  ASSERT_TRUE(index_->Refresh());
  EXPECT_EQ(NearestTo(1), ada);
}

/// The same with index files.
class TemplateGraphFileTest : public TemplateGraphTest {
 protected:
  std::unique_ptr<GalleryIndex> Build() {
    auto index = GalleryIndex::Build(*gallery_,
                                     "c",
                                     kModel,
                                     {.beside = folder_ / "g.db",
                                      .min_templates_in_file = 10,
                                      .method = SearchMethod::kHnsw});
    EXPECT_TRUE(index) << index.error().message;
    return std::move(index).value();
  }

  [[nodiscard]] std::filesystem::path GraphFile() const {
    return IndexFilePath(folder_ / "g.db",
                         IndexFileOwner("c", kModel, SearchMethod::kHnsw));
  }
};

TEST_F(TemplateGraphFileTest, TheNextStartTakesTheGraphFromItsFile) {
  const auto measured = Build()->approximation();
  ASSERT_TRUE(std::filesystem::exists(GraphFile()));
  const auto written = std::filesystem::last_write_time(GraphFile());
  index_ = Build();
  EXPECT_EQ(index_->notice(), "");
  // Measuring again would take another time.
  EXPECT_EQ(index_->approximation()->milliseconds, measured->milliseconds);
  EXPECT_EQ(index_->approximation()->build_seconds, measured->build_seconds);
  EXPECT_EQ(NearestTo(17), subjects_[17]);
  EXPECT_EQ(std::filesystem::last_write_time(GraphFile()), written);
}

TEST_F(TemplateGraphFileTest, FollowsWhatChangedSince) {
  Build();
  const auto added = Add(1000);
  ASSERT_TRUE(gallery_->DeleteSubject(subjects_[17]));
  index_ = Build();
  EXPECT_EQ(index_->notice(), "");
  EXPECT_EQ(NearestTo(1000), added);
  EXPECT_NE(NearestTo(17), subjects_[17]);
}

TEST_F(TemplateGraphFileTest, ADeletionWipesTheIdInTheFile) {
  Build();
  ASSERT_TRUE(gallery_->DeleteSubject(subjects_[17]));
  const auto contents = ReadIndexFile(GraphFile());
  ASSERT_TRUE(contents) << contents.error().message;
  EXPECT_EQ(std::ranges::count(contents->ids, kWipedRow), 1);
}

TEST_F(TemplateGraphFileTest, IsMadeAnewWhenMuchWasRemovedOrAdded) {
  Build();
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(
        gallery_->DeleteSubject(subjects_[static_cast<std::size_t>(i)]));
  }
  Build();
  EXPECT_EQ(ReadIndexFile(GraphFile())->ids.size(), 34U);
  for (unsigned i = 0; i < 5; ++i) {
    Add(2000 + i);
  }
  Build();
  EXPECT_EQ(ReadIndexFile(GraphFile())->ids.size(), 39U);
}

TEST_F(TemplateGraphFileTest, ADamagedFileIsReportedAndReplaced) {
  Build();
  {
    std::fstream file(GraphFile(),
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4100);
    file.put('?');
  }
  index_ = Build();
  EXPECT_THAT(index_->notice(), testing::HasSubstr("do not fit their hashes"));
  EXPECT_EQ(NearestTo(8), subjects_[8]);
  EXPECT_EQ(Build()->notice(), "");
}

TEST_F(TemplateGraphFileTest, ExactSearchMakesNoGraphFile) {
  ASSERT_TRUE(GalleryIndex::Build(
      *gallery_,
      "c",
      kModel,
      {.beside = folder_ / "g.db", .min_templates_in_file = 10}));
  EXPECT_FALSE(std::filesystem::exists(GraphFile()));
}

TEST_F(TemplateGraphTest, ExactSearchMeasuresNothing) {
  const auto exact = GalleryIndex::Build(*gallery_, "c", kModel).value();
  EXPECT_FALSE(exact->approximation());
}

}  // namespace
}  // namespace mien
