// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/learner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <utility>

#include "core/temp_dir.h"
#include "graph/builder.h"
#include "nets/nets.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

Graph SmallNet(int channels) {
  GraphBuilder net("small", nets::RandomParameters(1));
  Value x = net.Input("input", {kDynamicDim, 3, 4, 4});
  x = net.BatchNorm(net.Conv(x, "conv", {.out = channels}), "bn", 1e-5F);
  net.Output(net.Relu(x), "output");
  return std::move(net).Build();
}

LearnerOptions ShortRun() {
  LearnerOptions options;
  options.steps = 8;
  options.warmup_steps = 2;
  options.learning_rate = 0.2;
  options.average_decay = 0.5;
  return options;
}

// One step on the numbers that belong to its place.
double Learn(Learner& learner) {
  torch::manual_seed(static_cast<std::uint64_t>(learner.step()));
  const Tensor input = torch::randn({6, 3, 4, 4});
  const Tensor loss = (learner.net().Forward(input, "output", Mode::kTrain) - 1)
                          .square()
                          .mean();
  learner.Learn(loss);
  return loss.item<double>();
}

TEST(Learner, LowersTheLoss) {
  Learner learner(SmallNet(2), ShortRun());
  const double first = Learn(learner);
  double last = first;
  while (!learner.done()) {
    last = Learn(learner);
  }
  EXPECT_LT(last, 0.8 * first);
}

TEST(Learner, GoesOnAfterABreakAsIfThereHadBeenNone) {
  const TempDir folder;
  Learner whole(SmallNet(2), ShortRun());
  Learner first_part(SmallNet(2), ShortRun());
  for (int i = 0; i < 4; ++i) {
    Learn(whole);
    Learn(first_part);
  }
  first_part.Save(folder / "checkpoint.pt");
  Learner second_part(SmallNet(2), ShortRun());
  second_part.Load(folder / "checkpoint.pt");
  EXPECT_EQ(second_part.step(), 4);
  while (!whole.done()) {
    EXPECT_EQ(Learn(second_part), Learn(whole));
  }
  EXPECT_EQ(second_part.Export().initializers.at("conv.weight").ToFloats(),
            whole.Export().initializers.at("conv.weight").ToFloats());
}

TEST(Learner, FollowsTheCourseOfTheStepsPlannedLast) {
  Learner learner(SmallNet(2), ShortRun());
  for (int i = 0; i < 5; ++i) {
    Learn(learner);
  }
  // Half way down the cosine from step 2 to 8.
  EXPECT_NEAR(learner.learning_rate(), 0.1, 1e-9);
  learner.PlanSteps(11);  // a third of the way
  EXPECT_NEAR(learner.learning_rate(), 0.15, 1e-9);
  learner.PlanSteps(5);
  EXPECT_TRUE(learner.done());
}

TEST(Learner, RefusesACheckpointOfAnotherNet) {
  const TempDir folder;
  Learner(SmallNet(2), ShortRun()).Save(folder / "checkpoint.pt");
  Learner other(SmallNet(3), ShortRun());
  EXPECT_THROW(other.Load(folder / "checkpoint.pt"), TrainError);
}

TEST(Learner, RefusesALossThatIsNoNumber) {
  Learner learner(SmallNet(2), ShortRun());
  EXPECT_NO_THROW(learner.CheckLoss());
  EXPECT_THROW(learner.Learn(torch::full({}, std::nan(""))), TrainError);
  EXPECT_THROW(learner.CheckLoss(), TrainError);
}

TEST(Learner, SavesNothingAfterALossThatIsNoNumber) {
  const TempDir folder;
  Learner learner(SmallNet(2), ShortRun());
  EXPECT_THROW(learner.Learn(torch::full({}, std::nan(""))), TrainError);
  EXPECT_THROW(learner.Save(folder / "checkpoint.pt"), TrainError);
  EXPECT_FALSE(std::filesystem::exists(folder / "checkpoint.pt"));
}

TEST(Learner, ExportsTheAverageAndKeepsItsOwnWeights) {
  Learner learner(SmallNet(2), ShortRun());
  Learn(learner);
  Learn(learner);
  const auto live = [&] {
    return learner.net().Export().initializers.at("conv.weight").ToFloats();
  };
  const std::vector<float> before = live();
  EXPECT_NE(learner.Export().initializers.at("conv.weight").ToFloats(), before);
  EXPECT_EQ(live(), before);
}

}  // namespace
}  // namespace mien::train
