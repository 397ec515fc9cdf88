// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/multibox_loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace mien::train {
namespace {

Tensor Labels(const std::vector<std::int64_t>& values) {
  return torch::tensor(values, torch::kInt64).unsqueeze(0);
}

// One face and two background priors; logits of even odds on all.
struct Example {
  MultiBoxOutputs outputs = {torch::zeros({1, 3, 2}),
                             torch::zeros({1, 3, 4}),
                             torch::zeros({1, 3, 10})};
  MultiBoxTargets targets = {Labels({1, 0, 0}),
                             torch::zeros({1, 3, 4}),
                             torch::zeros({1, 3, 10}),
                             torch::zeros({1, 3}, torch::kBool)};
  MultiBoxOptions options = {
      .face_share = 0.25F, .box_weight = 2, .landmark_weight = 0.5F};

  [[nodiscard]] MultiBoxLoss Loss() const {
    return ComputeMultiBoxLoss(outputs, targets, options);
  }
};

// Of a face and two of the background that are all in doubt: half of the
// doubt squared, log 2 each.
const double kEvenOdds = (0.25 + 2 * 0.75) * 0.25 * std::log(2.0);

TEST(MultiBoxLoss, WeighsFacesAndAllOfTheBackground) {
  const Example example;
  EXPECT_NEAR(example.Loss().total.item<double>(), kEvenOdds, 1e-6);
}

TEST(MultiBoxLoss, HardlyCountsWhatIsCertain) {
  Example example;
  // Background with probability 0.9: a hundredth of its logarithm.
  const double odds = std::log(9.0);
  example.outputs.logits =
      torch::tensor({{{0.0, 0.0}, {odds, 0.0}, {50.0, 0.0}}}, torch::kFloat32);
  const double face = 0.25 * 0.25 * std::log(2.0);
  EXPECT_NEAR(example.Loss().confidence.item<double>(),
              face + 0.75 * 0.01 * -std::log(0.9),
              1e-6);
}

TEST(MultiBoxLoss, WeighsBoxesOfFacesOnly) {
  Example example;
  example.outputs.boxes[0][0] = torch::tensor({3.0, 0.5, 0.0, 0.0});
  example.outputs.boxes[0][1].fill_(100);
  // Smooth L1 of 0.1: 3 - 0.05 and 0.5 - 0.05.
  EXPECT_NEAR(example.Loss().boxes.item<double>(), 3.4, 1e-6);
  EXPECT_NEAR(example.Loss().total.item<double>(), kEvenOdds + 2 * 3.4, 1e-5);
}

TEST(MultiBoxLoss, ForgivesTheSmallestMisses) {
  Example example;
  example.outputs.boxes[0][0][0] = 0.02;
  EXPECT_NEAR(example.Loss().boxes.item<double>(), 0.5 * 0.0004 / 0.1, 1e-6);
}

TEST(MultiBoxLoss, CountsLandmarksWhereThereAreSome) {
  Example example;
  example.outputs.landmarks.fill_(1.5);
  EXPECT_EQ(example.Loss().landmarks.item<double>(), 0);
  example.targets.has_landmarks[0][0] = true;
  EXPECT_NEAR(example.Loss().landmarks.item<double>(), 10 * 1.45, 1e-5);
  EXPECT_NEAR(
      example.Loss().total.item<double>(), kEvenOdds + 0.5 * 10 * 1.45, 1e-5);
}

TEST(MultiBoxLoss, IsDividedByTheFacesOfTheBatch) {
  Example example;
  example.targets.labels = Labels({1, 1, 0});
  example.outputs.boxes.fill_(1.5);
  EXPECT_NEAR(example.Loss().boxes.item<double>(), 4 * 1.45, 1e-5);
  EXPECT_NEAR(example.Loss().confidence.item<double>(),
              (2 * 0.25 + 0.75) * 0.25 * std::log(2.0) / 2,
              1e-6);
}

TEST(MultiBoxLoss, HasNoGradientAtIgnoredPriors) {
  Example example;
  example.targets.labels = Labels({1, 0, -1});
  example.outputs.logits.set_requires_grad(true);
  example.Loss().total.backward();
  EXPECT_GT(example.outputs.logits.grad()[0][1].abs().sum().item<double>(), 0);
  EXPECT_EQ(example.outputs.logits.grad()[0][2].abs().sum().item<double>(), 0);
}

TEST(StackTargets, KeepsRowsInTheirPlaces) {
  PriorTargets first;
  first.labels = {kFace, kIgnored};
  first.boxes = {{1, 2, 3, 4}, {}};
  first.landmarks.resize(2);
  first.landmarks[0][9] = 7;
  first.has_landmarks = {1, 0};
  PriorTargets second = first;
  second.labels = {kBackground, kFace};
  second.boxes = {{}, {5, 6, 7, 8}};
  const MultiBoxTargets stacked = StackTargets(std::vector{first, second});
  EXPECT_EQ(stacked.labels[0][1].item<std::int64_t>(), -1);
  EXPECT_EQ(stacked.labels[1][1].item<std::int64_t>(), 1);
  EXPECT_EQ(stacked.boxes[1][1][2].item<float>(), 7);
  EXPECT_EQ(stacked.landmarks[0][0][9].item<float>(), 7);
  EXPECT_TRUE(stacked.has_landmarks[1][0].item<bool>());
  EXPECT_FALSE(stacked.has_landmarks[1][1].item<bool>());
}

}  // namespace
}  // namespace mien::train
