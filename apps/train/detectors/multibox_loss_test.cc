// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/multibox_loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace mien::train {
namespace {

Tensor Row(const std::vector<double>& values) {
  return torch::tensor(values, torch::kFloat32).unsqueeze(0);
}

Tensor Labels(const std::vector<std::int64_t>& values) {
  return torch::tensor(values, torch::kInt64).unsqueeze(0);
}

std::vector<bool> Chosen(const Tensor& mask) {
  std::vector<bool> chosen;
  for (std::int64_t i = 0; i < mask.numel(); ++i) {
    chosen.push_back(mask.flatten()[i].item<bool>());
  }
  return chosen;
}

TEST(HardNegatives, AreTheThreeOfGreatestLossForEachFace) {
  const Tensor mask =
      HardNegatives(Row({0.1, 9.0, 0.5, 0.2, 0.9, 0.3}),
                    Labels({0, 1, 0, 0, 0, 0}),
                    {.negatives_per_face = 3, .min_negatives = 0});
  EXPECT_EQ(Chosen(mask),
            (std::vector<bool>{false, false, true, false, true, true}));
}

TEST(HardNegatives, LeaveIgnoredPriorsOut) {
  const Tensor mask =
      HardNegatives(Row({5.0, 1.0, 2.0, 3.0}),
                    Labels({-1, 1, 0, 0}),
                    {.negatives_per_face = 1, .min_negatives = 0});
  EXPECT_EQ(Chosen(mask), (std::vector<bool>{false, false, false, true}));
}

TEST(HardNegatives, AreSomeEvenWithoutFaces) {
  const Tensor mask =
      HardNegatives(Row({0.5, 0.1, 0.7}),
                    Labels({0, 0, 0}),
                    {.negatives_per_face = 3, .min_negatives = 2});
  EXPECT_EQ(Chosen(mask), (std::vector<bool>{true, false, true}));
}

TEST(HardNegatives, AreCountedForEachPicture) {
  const Tensor mask =
      HardNegatives(torch::cat({Row({9, 8, 7}), Row({1, 2, 3})}),
                    torch::cat({Labels({0, 0, 0}), Labels({1, 0, 0})}),
                    {.negatives_per_face = 1, .min_negatives = 0});
  EXPECT_EQ(Chosen(mask),
            (std::vector<bool>{false, false, false, false, false, true}));
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
  MultiBoxOptions options = {.negatives_per_face = 1,
                             .min_negatives = 0,
                             .box_weight = 2,
                             .landmark_weight = 0.5F};

  [[nodiscard]] MultiBoxLoss Loss() const {
    return ComputeMultiBoxLoss(outputs, targets, options);
  }
};

TEST(MultiBoxLoss, CountsFacesAndHardNegatives) {
  const Example example;
  EXPECT_NEAR(example.Loss().total.item<double>(), 2 * std::log(2.0), 1e-6);
}

TEST(MultiBoxLoss, WeighsBoxesOfFacesOnly) {
  Example example;
  example.outputs.boxes[0][0] = torch::tensor({3.0, 0.5, 0.0, 0.0});
  example.outputs.boxes[0][1].fill_(100);
  // Smooth L1: 3 - 0.5 and 0.5 * 0.25.
  EXPECT_NEAR(example.Loss().boxes.item<double>(), 2.625, 1e-6);
  EXPECT_NEAR(
      example.Loss().total.item<double>(), 2 * std::log(2.0) + 2 * 2.625, 1e-5);
}

TEST(MultiBoxLoss, CountsLandmarksWhereThereAreSome) {
  Example example;
  example.outputs.landmarks.fill_(1.5);
  EXPECT_EQ(example.Loss().landmarks.item<double>(), 0);
  example.targets.has_landmarks[0][0] = true;
  EXPECT_NEAR(example.Loss().landmarks.item<double>(), 10.0, 1e-5);
  EXPECT_NEAR(example.Loss().total.item<double>(), 2 * std::log(2.0) + 5, 1e-5);
}

TEST(MultiBoxLoss, IsDividedByTheFacesOfTheBatch) {
  Example example;
  example.targets.labels = Labels({1, 1, 0});
  example.outputs.boxes.fill_(1.5);
  EXPECT_NEAR(example.Loss().boxes.item<double>(), 4.0, 1e-6);
  EXPECT_NEAR(
      example.Loss().confidence.item<double>(), 1.5 * std::log(2.0), 1e-6);
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
