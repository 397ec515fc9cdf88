// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>

#include "core/temp_dir.h"
#include "data/embedding_file.h"
#include "data/prepare.h"
#include "data/sample_dataset.h"

namespace mien {
namespace {

/// Embeds a chip of 16 x 16 as (level of its middle / 255, size of the batch).
class FakeEmbedder final : public Embedder {
 public:
  FakeEmbedder() {
    contract_.name = "fake";
    contract_.id = "sha256:fake";
    contract_.input_width = 16;
    contract_.input_height = 16;
    contract_.embedding_size = 2;
  }

  Result<std::vector<Embedding>> Embed(
      std::span<const Image> chips) const override {
    std::vector<Embedding> embeddings;
    for (const Image& chip : chips) {
      EXPECT_EQ(chip.width(), 16);
      embeddings.push_back(
          {{static_cast<float>(chip.row(8)[24]) / 255, 1.0F}, contract_.id});
    }
    return embeddings;
  }

  [[nodiscard]] const ModelContract& contract() const override {
    return contract_;
  }

  [[nodiscard]] Precision precision() const override {
    return Precision::kFloat32;
  }

  ModelContract contract_;
};

void AddChips(const std::filesystem::path& folder, int first, int last) {
  DatasetWriter writer = OpenWriter(folder);
  for (int i = first; i < last; ++i) {
    AddSample(writer, std::to_string(i), "", static_cast<std::uint8_t>(i));
  }
  ASSERT_TRUE(writer.Finish());
}

void ExpectRows(const std::filesystem::path& folder, int count) {
  const auto file = EmbeddingFile::Open(folder / kTeacherFile);
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->size(), static_cast<std::size_t>(count));
  EXPECT_EQ(file->model_id(), "sha256:fake");
  for (int i = 0; i < count; ++i) {
    EXPECT_NEAR(file->row(static_cast<std::size_t>(i))[0] * 255, i, 1.01);
  }
}

TEST(EmbedDataset, GivesEachChipItsRow) {
  const TempDir dir;
  AddChips(dir.path(), 0, 100);
  ASSERT_TRUE(EmbedDataset(dir.path(), FakeEmbedder(), 3, nullptr));
  ExpectRows(dir.path(), 100);
}

TEST(EmbedDataset, GoesOnBehindTheRowsThatAreThere) {
  const TempDir dir;
  AddChips(dir.path(), 0, 40);
  ASSERT_TRUE(EmbedDataset(dir.path(), FakeEmbedder(), 2, nullptr));
  AddChips(dir.path(), 40, 75);
  int last_done = 0;
  ASSERT_TRUE(
      EmbedDataset(dir.path(), FakeEmbedder(), 2, [&](int done, int total) {
        EXPECT_EQ(total, 35);
        last_done = done;
      }));
  EXPECT_EQ(last_done, 35);
  ExpectRows(dir.path(), 75);
}

TEST(EmbedDataset, RefusesATeacherThatCutsOtherwise) {
  const TempDir dir;
  AddChips(dir.path(), 0, 1);
  FakeEmbedder teacher;
  teacher.contract_.chip_template = ChipTemplate::kFacenetMargin;
  const auto outcome = EmbedDataset(dir.path(), teacher, 1, nullptr);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kUnsupported);
}

TEST(EmbedDataset, RefusesAnotherTeachersFile) {
  const TempDir dir;
  AddChips(dir.path(), 0, 1);
  FakeEmbedder teacher;
  ASSERT_TRUE(EmbedDataset(dir.path(), teacher, 1, nullptr));
  teacher.contract_.id = "sha256:other";
  const auto outcome = EmbedDataset(dir.path(), teacher, 1, nullptr);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kModelMismatch);
}

}  // namespace
}  // namespace mien
