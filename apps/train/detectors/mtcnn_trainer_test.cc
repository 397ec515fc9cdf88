// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/mtcnn_trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/temp_dir.h"
#include "detect/mtcnn.h"
#include "detect/overlap.h"
#include "nets/nets.h"
#include "train/detectors/drawn_faces.h"

namespace mien::train {
namespace {

// Eight pictures on the disk, and options that train on them in seconds.
class MtcnnTraining : public testing::Test {
 protected:
  void SetUp() override {
    pictures_ = DrawnFaces(8, 96);
    PictureSet set;
    for (std::size_t i = 0; i < pictures_.size(); ++i) {
      const auto path = folder_ / (std::to_string(i) + ".png");
      ASSERT_TRUE(SaveImage(pictures_[i].image, path));
      set.pictures.push_back({path, pictures_[i].faces});
    }
    sets_.push_back(std::move(set));
    options_.pictures = 60;
    options_.batch = 64;
    options_.learner.steps = 300;
    options_.learner.warmup_steps = 20;
    options_.learner.average_decay = 0.9;
    options_.run = folder_.path();
  }

  TempDir folder_;
  std::vector<LoadedPicture> pictures_;
  std::vector<PictureSet> sets_;
  MtcnnTrainingOptions options_;
};

Graph UntrainedRnet() { return nets::Rnet(nets::RandomParameters(1)); }

Graph UntrainedOnet() { return nets::Onet(nets::RandomParameters(1)); }

TEST_F(MtcnnTraining, TeachesPnetToProposeTheFace) {
  const SampleStore samples = CollectSamples(0, {}, sets_, options_);
  EXPECT_GT(samples.count(SampleKind::kNegative), 500U);
  EXPECT_GT(samples.count(SampleKind::kPart), 100U);
  EXPECT_GT(samples.count(SampleKind::kPositive), 100U);
  const Graph pnet = TrainStage(0, samples, options_);
  const auto cascade =
      Mtcnn::Create(pnet, UntrainedRnet(), UntrainedOnet(), {});
  ASSERT_TRUE(cascade) << cascade.error().message;
  int found = 0;
  for (const LoadedPicture& picture : pictures_) {
    const auto boxes = (*cascade)->ProposeBoxes(picture.image);
    found += std::ranges::any_of(boxes, [&](const Box& box) {
      return Iou(box, picture.faces[0].box) > 0.5F;
    });
  }
  EXPECT_GE(found, 7);
}

TEST_F(MtcnnTraining, MinesTheNextNetsNegativesFromTheLast) {
  options_.mining_threshold = 0.01F;  // an untrained P-Net lets much through
  options_.pictures = 4;
  const SampleStore mined = CollectSamples(
      1, {nets::Pnet(nets::RandomParameters(1))}, sets_, options_);
  EXPECT_GT(mined.count(SampleKind::kNegative), 20U);
  EXPECT_LE(mined.count(SampleKind::kNegative),
            4U * (60U + 1U + 16U));  // mined, beside, around
  EXPECT_GT(mined.count(SampleKind::kPositive), 0U);
}

TEST_F(MtcnnTraining, WritesThreeNetsThatTheDetectorLoads) {
  options_.pictures = 4;
  options_.learner.steps = 2;
  options_.batch = 16;
  options_.mining_threshold = 0.01F;
  TrainMtcnn(sets_, options_);
  const auto cascade = Mtcnn::Load(folder_.path(), {});
  EXPECT_TRUE(cascade) << cascade.error().message;
}

}  // namespace
}  // namespace mien::train
