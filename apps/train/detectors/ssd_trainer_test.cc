// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/ssd_trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/file.h"
#include "core/temp_dir.h"
#include "detect/overlap.h"
#include "detect/single_shot.h"
#include "graph/onnx_io.h"
#include "train/detectors/drawn_faces.h"
#include "train/detectors/ssd_batch.h"
#include "train/detectors/starting_ssd.h"

namespace mien::train {
namespace {

constexpr int kSidePx = 64;

// How many of `pictures` the net finds exactly the one face of.
int CountFound(const Graph& graph, const std::vector<LoadedPicture>& pictures) {
  const auto detector = SingleShot::Create(graph, {.min_face_px = 12});
  EXPECT_TRUE(detector) << detector.error().message;
  int found = 0;
  for (const LoadedPicture& picture : pictures) {
    const auto faces = (*detector)->Find(picture.image);
    found += faces && faces->size() == 1 &&
                     Iou((*faces)[0].box, picture.faces[0].box) > 0.5F
                 ? 1
                 : 0;
  }
  return found;
}

TEST(SsdTraining, LearnsEightPicturesByHeart) {
  const std::vector<LoadedPicture> pictures = DrawnFaces(8, kSidePx);
  std::vector<TrainingCrop> crops;
  for (const LoadedPicture& picture : pictures) {
    crops.push_back({picture.image, picture.faces});
  }
  const SsdBatch batch = MakeSsdBatch(crops);
  LearnerOptions options;
  options.steps = 150;
  options.warmup_steps = 10;
  options.learning_rate = 3e-3;
  options.average_decay = 0.9;
  Learner learner(UntrainedSsd(1), options);
  EXPECT_EQ(CountFound(learner.Export(), pictures), 0);
  while (!learner.done()) {
    const MultiBoxOutputs outputs =
        RunSsd(learner.net(), SsdInput(batch.pixels), Mode::kTrain);
    learner.Learn(ComputeMultiBoxLoss(outputs, batch.targets, {}).total);
  }
  EXPECT_GE(CountFound(learner.Export(), pictures), 7);
}

class SsdRun : public testing::Test {
 protected:
  // One picture, crops of two sizes, two steps.
  void SetUp() override {
    const LoadedPicture drawn = DrawnFaces(1, kSidePx)[0];
    ASSERT_TRUE(SaveImage(drawn.image, folder_ / "a.png"));
    sets_ = {{.pictures = {{folder_ / "a.png", drawn.faces}}}};
    options_.inputs_px = {kSidePx, 2 * kSidePx};
    options_.batch = 2;
    options_.learner.steps = 2;
    options_.log_every = 1;
    options_.run = folder_.path();
  }

  int LinesOfMetrics() {
    const auto metrics = ReadTextFile(folder_ / "metrics.csv");
    EXPECT_TRUE(metrics);
    return static_cast<int>(std::ranges::count(*metrics, '\n'));
  }

  TempDir folder_;
  std::vector<PictureSet> sets_;
  SsdTrainingOptions options_;
};

TEST_F(SsdRun, WritesModelAndCheckpointAndGoesOn) {
  TrainSsd(sets_, options_);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "face-ssd.onnx"));
  options_.learner.steps = 3;
  TrainSsd(sets_, options_);
  EXPECT_EQ(LinesOfMetrics(), 4);
}

TEST_F(SsdRun, BeginsWithTheWeightsOfAModel) {
  const Graph start = UntrainedSsd(9);
  ASSERT_TRUE(SaveOnnx(start, folder_ / "start.onnx"));
  options_.net = folder_ / "start.onnx";
  options_.learner.learning_rate = 1e-9;
  const Graph trained = TrainSsd(sets_, options_);
  const auto before = start.initializers.at("trunk.0.conv.weight").ToFloats();
  const auto after = trained.initializers.at("trunk.0.conv.weight").ToFloats();
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    ASSERT_NEAR(after[i], before[i], 1e-6) << i;
  }
}

TEST_F(SsdRun, EndsWhenItsTimeIsOver) {
  options_.learner.steps = 1'000'000;
  options_.seconds = 1e-9;
  TrainSsd(sets_, options_);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "face-ssd.onnx"));
}

TEST_F(SsdRun, GoesOnForItsTimeBeyondTheStepsOfARunThatIsDone) {
  TrainSsd(sets_, options_);
  EXPECT_EQ(LinesOfMetrics(), 3);
  options_.seconds = 1;
  TrainSsd(sets_, options_);
  EXPECT_GE(LinesOfMetrics(), 4);
}

}  // namespace
}  // namespace mien::train
