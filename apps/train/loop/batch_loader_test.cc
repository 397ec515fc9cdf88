// SPDX-License-Identifier: Apache-2.0
#include "train/loop/batch_loader.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/temp_dir.h"
#include "train/loop/toy_people.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

class BatchLoaderTest : public testing::Test {
 protected:
  BatchLoaderTest() { MakeToyPeople(dir_.path() / "toy", 3); }

  [[nodiscard]] ChipSource Open() const {
    const std::vector<std::filesystem::path> folders = {dir_.path() / "toy"};
    return {folders, ChipSource::Teacher::kWanted};
  }

  /// The first `count` batches from step `first` on.
  std::vector<Batch> Load(int num_threads, std::int64_t first, int count) {
    const ChipSource source = Open();
    const auto sampler =
        MakeSampler("instance", source.labels(), {.batch_size = 6});
    sampler->Seek(first);
    const auto cut = [&](const Image& stored, const AugmentKey& key) {
      return Augment(stored, source.geometry(), kToyPx, {}, key);
    };
    BatchLoader loader(source,
                       *sampler,
                       cut,
                       {.input_px = kToyPx, .num_threads = num_threads});
    std::vector<Batch> batches;
    for (int i = 0; i < count; ++i) {
      batches.push_back(loader.Next());
    }
    return batches;
  }

  TempDir dir_;
};

TEST_F(BatchLoaderTest, FillsPixelsLabelsAndTeacher) {
  const Batch batch = Load(1, 0, 1)[0];
  EXPECT_EQ(batch.pixels.sizes(),
            (std::vector<std::int64_t>{6, kToyPx, kToyPx, 3}));
  EXPECT_EQ(batch.teacher.sizes(), (std::vector<std::int64_t>{6, kToyTeacher}));
  for (int i = 0; i < 6; ++i) {
    const auto label = batch.labels[i].item<std::int64_t>();
    EXPECT_EQ(batch.teacher[i][0].item<float>() > 0.0F, label % 2 == 1);
  }
}

TEST_F(BatchLoaderTest, MakesTheSameBatchesWithAnyNumberOfThreads) {
  const std::vector<Batch> one = Load(1, 0, 7);
  const std::vector<Batch> three = Load(3, 0, 7);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_TRUE(at::equal(one[i].pixels, three[i].pixels)) << i;
    EXPECT_TRUE(at::equal(one[i].labels, three[i].labels)) << i;
  }
}

TEST_F(BatchLoaderTest, GoesOnAtTheSamplersStep) {
  const Batch third = Load(1, 0, 3)[2];
  const Batch resumed = Load(2, 2, 1)[0];
  EXPECT_TRUE(at::equal(third.pixels, resumed.pixels));
}

TEST_F(BatchLoaderTest, ChangesChipsDifferentlyEachTime) {
  // 24 chips make an epoch of four batches.
  const std::vector<Batch> batches = Load(1, 0, 8);
  const Tensor first = batches[0].pixels.to(torch::kFloat32);
  for (std::size_t i = 4; i < 8; ++i) {
    EXPECT_FALSE(at::equal(first, batches[i].pixels.to(torch::kFloat32)));
  }
}

TEST_F(BatchLoaderTest, ReportsADamagedChip) {
  std::ofstream(dir_.path() / "toy" / ShardName(0),
                std::ios::in | std::ios::binary)
          .seekp(600)
      << std::string(16000, 'x');
  EXPECT_THROW(Load(2, 0, 4), TrainError);
}

}  // namespace
}  // namespace mien::train
