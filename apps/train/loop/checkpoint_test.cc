// SPDX-License-Identifier: Apache-2.0
#include "train/loop/checkpoint.h"

#include <gtest/gtest.h>

#include <string>

#include "core/file.h"
#include "core/temp_dir.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

Checkpoint Sample(float value) {
  Checkpoint checkpoint;
  checkpoint.groups["weights"] = {{"w", torch::full({2, 3}, value)}};
  checkpoint.groups["random"] = {{"state", torch::arange(4, torch::kUInt8)}};
  checkpoint.counters = {{"step", 7}};
  checkpoint.setting = {{"loss", "softmax"}};
  return checkpoint;
}

/// What LoadCheckpoint() says.
std::string Refusal(const std::filesystem::path& path, Checkpoint into) {
  try {
    LoadCheckpoint(path, into);
  } catch (const TrainError& error) {
    return error.what();
  }
  return "";
}

class CheckpointTest : public testing::Test {
 protected:
  TempDir dir_;
  std::filesystem::path path_ = dir_.path() / "checkpoint.pt";
};

TEST_F(CheckpointTest, GivesBackTensorsAndCounters) {
  SaveCheckpoint(Sample(2.5F), path_);
  Checkpoint loaded = Sample(0.0F);
  loaded.counters.clear();
  LoadCheckpoint(path_, loaded);
  EXPECT_EQ(loaded.groups["weights"][0].second[1][2].item<float>(), 2.5F);
  EXPECT_EQ(loaded.groups["random"][0].second[3].item<int>(), 3);
  EXPECT_EQ(loaded.counters.at("step"), 7);
}

TEST_F(CheckpointTest, NamesATensorThatIsMissing) {
  SaveCheckpoint(Sample(1.0F), path_);
  Checkpoint wider = Sample(1.0F);
  wider.groups["weights"].emplace_back("bias", torch::zeros({1}));
  EXPECT_NE(Refusal(path_, wider).find("lacks the tensor weights/bias"),
            std::string::npos);
}

TEST_F(CheckpointTest, NamesATensorOfOtherExtents) {
  SaveCheckpoint(Sample(1.0F), path_);
  Checkpoint other = Sample(1.0F);
  other.groups["weights"][0].second = torch::zeros({3, 3});
  EXPECT_NE(Refusal(path_, other).find("weights/w has other extents"),
            std::string::npos);
}

TEST_F(CheckpointTest, RefusesTheRunOfAnotherSetting) {
  SaveCheckpoint(Sample(1.0F), path_);
  Checkpoint other = Sample(1.0F);
  other.setting["loss"] = "arcface";
  EXPECT_NE(Refusal(path_, other)
                .find("was made with loss softmax, but the run has arcface"),
            std::string::npos);
}

TEST_F(CheckpointTest, RefusesFilesThatAreNoCheckpoint) {
  ASSERT_TRUE(WriteFileAtomically(path_, "not a zip archive"));
  EXPECT_NE(Refusal(path_, Sample(1.0F)).find("checkpoint.pt: not a check"),
            std::string::npos);
}

TEST_F(CheckpointTest, RefusesTruncatedFiles) {
  SaveCheckpoint(Sample(1.0F), path_);
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);
  EXPECT_NE(Refusal(path_, Sample(1.0F)).find("damaged"), std::string::npos);
}

TEST_F(CheckpointTest, SaysThatThereIsNone) {
  EXPECT_NE(Refusal(path_, Sample(1.0F)).find("checkpoint.pt"),
            std::string::npos);
}

}  // namespace
}  // namespace mien::train
