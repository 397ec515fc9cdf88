// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/multibox_loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <span>
#include <vector>

namespace mien::train {
namespace {

// One face and two background priors; logits of even odds on all.
struct Example {
  MultiBoxOutputs outputs = {torch::zeros({1, 3, 2}),
                             torch::zeros({1, 3, 4}),
                             torch::zeros({1, 3, 10})};
  PriorTargets targets = {.labels = {kFace, kBackground, kBackground},
                          .boxes = std::vector<nets::BoxOffsets>(3),
                          .landmarks = std::vector<nets::LandmarkOffsets>(3),
                          .has_landmarks = {0, 0, 0}};
  MultiBoxOptions options = {
      .face_share = 0.25F, .box_weight = 2, .landmark_weight = 0.5F};

  [[nodiscard]] MultiBoxLoss Loss() const {
    return ComputeMultiBoxLoss(
        outputs, StackTargets(std::span(&targets, 1)), options);
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
  example.targets.has_landmarks[0] = 1;
  EXPECT_NEAR(example.Loss().landmarks.item<double>(), 10 * 1.45, 1e-5);
  EXPECT_NEAR(
      example.Loss().total.item<double>(), kEvenOdds + 0.5 * 10 * 1.45, 1e-5);
}

TEST(MultiBoxLoss, IsDividedByTheFacesOfTheBatch) {
  Example example;
  example.targets.labels = {kFace, kFace, kBackground};
  example.outputs.boxes.fill_(1.5);
  EXPECT_NEAR(example.Loss().boxes.item<double>(), 4 * 1.45, 1e-5);
  EXPECT_NEAR(example.Loss().confidence.item<double>(),
              (2 * 0.25 + 0.75) * 0.25 * std::log(2.0) / 2,
              1e-6);
}

TEST(MultiBoxLoss, HasNoGradientAtIgnoredPriors) {
  Example example;
  example.targets.labels = {kFace, kBackground, kIgnored};
  example.outputs.logits.set_requires_grad(true);
  example.Loss().total.backward();
  EXPECT_GT(example.outputs.logits.grad()[0][1].abs().sum().item<double>(), 0);
  EXPECT_EQ(example.outputs.logits.grad()[0][2].abs().sum().item<double>(), 0);
}

// Two pictures of two priors: of the first the first is a face with landmarks,
// of the second the second is one without.
std::vector<PriorTargets> TwoPictures() {
  PriorTargets first;
  first.labels = {kFace, kIgnored};
  first.boxes = {{1, 2, 3, 4}, {}};
  first.landmarks.resize(2);
  first.landmarks[0][9] = 7;
  first.has_landmarks = {1, 0};
  PriorTargets second = first;
  second.labels = {kBackground, kFace};
  second.boxes = {{}, {5, 6, 7, 8}};
  return {first, second};
}

TEST(StackTargets, KeepsRowsInTheirPlaces) {
  const MultiBoxTargets stacked = StackTargets(TwoPictures());
  EXPECT_TRUE(at::equal(stacked.labels,
                        torch::tensor({{1, -1}, {0, 1}}, torch::kInt8)));
  EXPECT_TRUE(
      at::equal(stacked.face_rows, torch::tensor({0, 3}, torch::kInt64)));
  EXPECT_TRUE(
      at::equal(stacked.boxes,
                torch::tensor({{1, 2, 3, 4}, {5, 6, 7, 8}}, torch::kFloat32)));
  EXPECT_TRUE(
      at::equal(stacked.landmark_rows, torch::tensor({0}, torch::kInt64)));
  EXPECT_EQ(stacked.landmarks.size(0), 1);
  EXPECT_EQ(stacked.landmarks[0][9].item<float>(), 7);
}

TEST(StackTargets, TakesPicturesWithoutFaces) {
  std::vector<PriorTargets> pictures = TwoPictures();
  pictures[0].labels = {kBackground, kBackground};
  const MultiBoxTargets stacked = StackTargets(std::span(pictures).first(1));
  EXPECT_EQ(stacked.face_rows.sizes(), torch::IntArrayRef({0}));
  EXPECT_EQ(stacked.boxes.sizes(), torch::IntArrayRef({0, 4}));
  EXPECT_EQ(stacked.landmarks.sizes(), torch::IntArrayRef({0, 10}));
}

TEST(MoveTargets, MovesEveryTensor) {
  const MultiBoxTargets moved =
      MoveTargets(StackTargets(TwoPictures()), torch::kMeta);
  for (const Tensor& tensor : {moved.labels,
                               moved.face_rows,
                               moved.boxes,
                               moved.landmark_rows,
                               moved.landmarks}) {
    EXPECT_TRUE(tensor.is_meta());
  }
}

}  // namespace
}  // namespace mien::train
