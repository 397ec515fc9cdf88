// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/mtcnn_loss.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mien::train {
namespace {

TEST(HardMean, TakesTheGreatestLosses) {
  const Tensor losses =
      torch::tensor({1.0, 9.0, 2.0, 8.0, 3.0, 7.0, 4.0, 6.0, 5.0, 0.0});
  // 9, 8, 7, 6, 5, 4, 3 of ten.
  EXPECT_DOUBLE_EQ(HardMean(losses, 0.7).item<double>(), 6.0);
  EXPECT_DOUBLE_EQ(HardMean(losses, 1.0).item<double>(), 4.5);
}

TEST(HardMean, TakesAtLeastOneAndNoneOfNone) {
  EXPECT_DOUBLE_EQ(HardMean(torch::tensor({2.0, 5.0}), 0.1).item<double>(), 5);
  EXPECT_DOUBLE_EQ(HardMean(torch::zeros({0}), 0.7).item<double>(), 0);
}

// A negative, a part and a positive with landmarks.
struct Example {
  MtcnnOutputs outputs = {
      torch::zeros({3, 2}), torch::zeros({3, 4}), torch::zeros({3, 10})};
  MtcnnTargets targets = {torch::tensor({0, 1, 2}, torch::kInt64),
                          torch::zeros({3, 4}),
                          torch::zeros({3, 10}),
                          torch::tensor({false, false, true})};
  MtcnnLossOptions options = {.class_weight = 1,
                              .box_weight = 0.5F,
                              .landmark_weight = 2,
                              .hard_share = 1.0};

  [[nodiscard]] MtcnnLoss Loss() const {
    return ComputeMtcnnLoss(outputs, targets, options);
  }
};

TEST(MtcnnLoss, LearnsTheClassFromNegativesAndPositives) {
  Example example;
  example.outputs.logits = torch::tensor(
      {{0.0, 0.0}, {-50.0, 50.0}, {0.0, std::log(3.0)}}, torch::kFloat32);
  // -log 1/2 of the negative, -log 3/4 of the positive; the part counts not.
  EXPECT_NEAR(example.Loss().classes.item<double>(),
              0.5 * (std::log(2.0) + std::log(4.0 / 3)),
              1e-6);
}

TEST(MtcnnLoss, CountsOnlyHardSamplesOfTheClass) {
  Example example;
  example.options.hard_share = 0.5;
  example.outputs.logits[2][1] = 10;  // the positive is easy
  EXPECT_NEAR(example.Loss().classes.item<double>(), std::log(2.0), 1e-6);
}

TEST(MtcnnLoss, LearnsBoxesFromPartsAndPositives) {
  Example example;
  example.outputs.offsets = torch::tensor(
      {{9.0, 9.0, 9.0, 9.0}, {1.0, 2.0, 0.0, 0.0}, {0.0, 0.0, 0.0, 1.0}},
      torch::kFloat32);
  EXPECT_NEAR(example.Loss().boxes.item<double>(), (5.0 + 1.0) / 2, 1e-6);
}

TEST(MtcnnLoss, LearnsLandmarksWhereThereAreSome) {
  Example example;
  example.outputs.landmarks.fill_(1.0);
  EXPECT_NEAR(example.Loss().landmarks.item<double>(), 10.0, 1e-6);
  EXPECT_NEAR(
      example.Loss().total.item<double>(), std::log(2.0) + 2 * 10, 1e-5);
}

TEST(MtcnnLoss, NeedsNoLandmarks) {
  Example example;
  example.outputs.landmarks = Tensor();
  EXPECT_NEAR(example.Loss().total.item<double>(), std::log(2.0), 1e-6);
}

}  // namespace
}  // namespace mien::train
