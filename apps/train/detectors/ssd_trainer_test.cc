// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/ssd_trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/file.h"
#include "core/temp_dir.h"
#include "detect/overlap.h"
#include "detect/single_shot.h"
#include "train/detectors/drawn_faces.h"

namespace mien::train {
namespace {

constexpr int kSidePx = 64;

TEST(MakeSsdBatch, PutsChannelsAndLevelsWhereTheNetWantsThem) {
  TrainingCrop crop{.image = Image(kSidePx, kSidePx), .faces = {}};
  crop.image.row(2)[3 * 5 + 1] = 255;
  const SsdBatch batch = MakeSsdBatch({crop, crop});
  EXPECT_EQ(batch.input.size(0), 2);
  EXPECT_FLOAT_EQ(batch.input[1][1][2][5].item<float>(), 127.5F / 128);
  EXPECT_FLOAT_EQ(batch.input[1][0][2][5].item<float>(), -127.5F / 128);
  EXPECT_EQ(batch.targets.labels.abs().sum().item<std::int64_t>(), 0);
}

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

TEST(UntrainedSsd, ExpectsFewFaces) {
  TorchNet net(UntrainedSsd(1), {});
  const Tensor logits =
      RunSsd(net, torch::zeros({1, 3, 64, 64}), Mode::kEval).logits;
  // Nothing but the biases reaches the heads from a picture of zeros.
  const Tensor faces = logits.softmax(2).select(2, 1);
  EXPECT_NEAR(faces.min().item<double>(), 0.01, 1e-6);
  EXPECT_NEAR(faces.max().item<double>(), 0.01, 1e-6);
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
        RunSsd(learner.net(), batch.input, Mode::kTrain);
    learner.Learn(ComputeMultiBoxLoss(outputs, batch.targets, {}).total);
  }
  EXPECT_GE(CountFound(learner.Export(), pictures), 7);
}

TEST(SsdTraining, WritesModelAndCheckpointAndGoesOn) {
  const TempDir folder;
  const LoadedPicture drawn = DrawnFaces(1, kSidePx)[0];
  ASSERT_TRUE(SaveImage(drawn.image, folder / "a.png"));
  const std::vector<PictureSet> sets = {
      {.pictures = {{folder / "a.png", drawn.faces}}}};
  SsdTrainingOptions options;
  options.inputs_px = {kSidePx, 2 * kSidePx};
  options.batch = 2;
  options.learner.steps = 2;
  options.log_every = 1;
  options.run = folder.path();
  TrainSsd(sets, options);
  EXPECT_TRUE(std::filesystem::exists(folder / "face-ssd.onnx"));
  options.learner.steps = 3;
  TrainSsd(sets, options);
  const auto metrics = ReadTextFile(folder / "metrics.csv");
  ASSERT_TRUE(metrics);
  EXPECT_EQ(std::ranges::count(*metrics, '\n'), 4) << *metrics;
}

}  // namespace
}  // namespace mien::train
