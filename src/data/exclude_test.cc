// SPDX-License-Identifier: Apache-2.0
#include "data/exclude.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/file.h"
#include "core/temp_dir.h"
#include "data/dataset.h"
#include "data/sample_dataset.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

/// cos 20 = 0.94, cos 30 = 0.87.
const ExcludeOptions kOptions = {.similarity = 0.9F, .identity_share = 0.5F};

std::vector<ChipRecord> RecordsOf(const std::vector<std::int64_t>& labels) {
  std::vector<ChipRecord> records(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    records[i].label = labels[i];
  }
  return records;
}

TEST(ChooseExcluded, TakesAllOfAPersonWhenEnoughHit) {
  const std::vector<NearestChip> nearest = {
      {0, 0.95F}, {0, 0.1F}, {0, 0.95F}, {0, 0.1F}, {0, 0.1F}};
  // Label 0 hits once of two, label 1 once of three.
  EXPECT_EQ(ChooseExcluded(
                RecordsOf({0, 0, 1, 1, 1}), nearest, RecordsOf({0}), kOptions),
            (std::vector<bool>{true, true, true, false, false}));
}

TEST(ChooseExcluded, TakesAllOfAPersonWhoHitsOnePersonOften) {
  ExcludeOptions options = kOptions;
  options.same_person_hits = 2;
  const std::vector<NearestChip> nearest = {
      {0, 0.95F}, {1, 0.95F}, {2, 0.1F}, {2, 0.1F}, {2, 0.1F}};
  // Both hits of five are of one person,
  EXPECT_EQ(
      ChooseExcluded(
          RecordsOf({0, 0, 0, 0, 0}), nearest, RecordsOf({7, 7, 8}), options),
      std::vector<bool>(5, true));
  // of two, of nobody known.
  for (const std::vector<std::int64_t>& others :
       {std::vector<std::int64_t>{7, 9, 8},
        std::vector<std::int64_t>{-1, -1, 8}}) {
    EXPECT_EQ(
        ChooseExcluded(
            RecordsOf({0, 0, 0, 0, 0}), nearest, RecordsOf(others), options),
        (std::vector<bool>{true, true, false, false, false}));
  }
}

TEST(ChooseExcluded, TakesOnlyTheHitsOfUnknownPeople) {
  const std::vector<NearestChip> nearest = {
      {0, 0.95F}, {0, 0.95F}, {0, 0.95F}, {0, 0.1F}};
  EXPECT_EQ(ChooseExcluded(
                RecordsOf({-1, -1, -1, -1}), nearest, RecordsOf({0}), kOptions),
            (std::vector<bool>{true, true, true, false}));
}

TEST(ChooseExcluded, TheBoundItselfHits) {
  const std::vector<NearestChip> nearest = {{0, 0.9F}};
  EXPECT_EQ(ChooseExcluded(RecordsOf({0}), nearest, RecordsOf({0}), kOptions),
            std::vector<bool>{true});
}

TEST(ExcludeSimilar, TakesChipsOutOfIndexAndEmbeddings) {
  const TempDir dir;
  WritePeople(dir / "set", {{"Ada", 0}, {"Bob", 90}, {"", 180}, {"Bob", 100}});
  WritePeople(dir / "test", {{"Ada", 20}, {"Cleo", 270}});
  const auto counts = ExcludeSimilar(dir / "set", dir / "test", kOptions);
  ASSERT_TRUE(counts) << counts.error().message;
  EXPECT_EQ(counts->num_chips, 1);
  EXPECT_EQ(counts->num_identities, 1);
  const auto dataset = ChipDataset::Open(dir / "set");
  ASSERT_TRUE(dataset) << dataset.error().message;
  ASSERT_EQ(dataset->size(), 3U);
  EXPECT_EQ(dataset->record(0).identity, "Bob");
  EXPECT_EQ(dataset->label(0), 0);  // labels closed up
  EXPECT_EQ(dataset->label(1), -1);
  EXPECT_TRUE(dataset->Decode(2));
  const auto teacher = OpenTeacher(*dataset);
  ASSERT_TRUE(teacher) << teacher.error().message;
  EXPECT_NEAR(teacher->row(0)[1], 1, 1e-6);
  EXPECT_NEAR(teacher->row(1)[0], -1, 1e-6);
}

TEST(ExcludeSimilar, ListsWhatItTookOutWithTheReason) {
  const TempDir dir;
  WritePeople(dir / "set", {{"Ada", 0}, {"Bob", 90}});
  WritePeople(dir / "test", {{"Cleo", 270}, {"Ada", 20}});
  ASSERT_TRUE(ExcludeSimilar(dir / "set", dir / "test", kOptions));
  EXPECT_EQ(
      ReadTextFile(dir / "set/dropped.csv").value(),
      "source,reason\n0.jpg,similar to an excluded picture: 0.940 1.jpg\n");
  // And so it is not taken in again.
  EXPECT_TRUE(OpenWriter(dir / "set").Has("0.jpg"));
}

TEST(ExcludeSimilar, ChangesNothingWhenNobodyHits) {
  const TempDir dir;
  WritePeople(dir / "set", {{"Ada", 0}});
  WritePeople(dir / "test", {{"Cleo", 30}});
  const std::string before = ReadTextFile(dir / "set/chips.csv").value();
  const auto counts = ExcludeSimilar(dir / "set", dir / "test", kOptions);
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->num_chips, 0);
  EXPECT_EQ(ReadTextFile(dir / "set/chips.csv").value(), before);
}

void ExpectError(const TempDir& dir,
                 const ExcludeOptions& options,
                 ErrorCode code,
                 const char* part) {
  const auto counts = ExcludeSimilar(dir / "set", dir / "test", options);
  ASSERT_FALSE(counts);
  EXPECT_EQ(counts.error().code, code);
  EXPECT_NE(counts.error().message.find(part), std::string::npos)
      << counts.error().message;
}

TEST(ExcludeSimilar, RefusesAnotherTeacher) {
  const TempDir dir;
  WritePeople(dir / "set", {{"Ada", 0}});
  WritePeople(dir / "test", {{"Cleo", 30}}, "sha256:u");
  ExpectError(dir, kOptions, ErrorCode::kModelMismatch, "sha256:u");
}

TEST(ExcludeSimilar, NeedsSomebodyToExclude) {
  const TempDir dir;
  WritePeople(dir / "set", {{"Ada", 0}});
  WritePeople(dir / "test", {});
  ExpectError(dir, kOptions, ErrorCode::kInvalidArgument, "no chip");
}

TEST(ExcludeSimilar, SaysHowToMakeEmbeddings) {
  const TempDir dir;
  WritePeople(dir / "set", {{"Ada", 0}});
  WritePeople(dir / "test", {{"Cleo", 30}});
  fs::remove(dir / "test/teacher.f32");
  ExpectError(dir, kOptions, ErrorCode::kNotFound, "prepare --teacher");
}

TEST(ExcludeSimilar, RefusesEmbeddingsOfOtherChips) {
  const TempDir dir;
  WritePeople(dir / "set", {{"Ada", 0}});
  WritePeople(dir / "test", {{"Cleo", 30}});
  fs::resize_file(dir / "test/teacher.f32", 64);
  ExpectError(dir, kOptions, ErrorCode::kCorruptData, "has 0 rows for 1 chips");
}

TEST(ExcludeSimilar, RefusesASimilarityAboveOne) {
  const TempDir dir;
  ExpectError(dir,
              {.similarity = 2},
              ErrorCode::kInvalidArgument,
              "must be in [-1, 1]");
}

}  // namespace
}  // namespace mien
