// SPDX-License-Identifier: Apache-2.0
#include "train/losses/centre.h"

#include <gtest/gtest.h>

#include "train/losses/gradient_check.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

std::unique_ptr<Loss> CentreLoss(std::string_view options, std::int64_t size) {
  SpecOptions parsed("centre", options);
  return MakeCentre(parsed, {.embedding_size = size, .num_identities = 3});
}

TEST(Centre, IsHalfTheMeanSquaredDistanceToTheCentre) {
  const LossValue value =
      (*CentreLoss("", 2))(InputOf(Rows({{1, 0}, {3, 0}}), Labels({0, 0})));
  EXPECT_EQ(value.loss.item<double>(), 2.5);
  EXPECT_EQ(value.metrics.at("centre_distance"), 2);
}

TEST(Centre, MovesCentresTowardsTheirRows) {
  const auto loss = CentreLoss("rate=0.5", 2);
  (*loss)(InputOf(Rows({{1, 0}, {3, 0}, {0, 8}}), Labels({0, 0, 2})));
  // 0.5 (1 + 3) / (1 + 2), nothing, 0.5 * 8 / (1 + 1).
  EXPECT_TRUE(loss->buffers()
                  .at(0)
                  .second.to(torch::kDouble)
                  .allclose(Rows({{2.0 / 3, 0}, {0, 0}, {0, 2}}), 1e-6));
}

TEST(Centre, LeavesCentresWhereNoGradientsAreRecorded) {
  const auto loss = CentreLoss("", 2);
  const torch::NoGradGuard no_grad;
  (*loss)(InputOf(Rows({{1, 0}}), Labels({0})));
  EXPECT_EQ(loss->buffers().at(0).second.abs().sum().item<double>(), 0);
}

TEST(Centre, GradientAgreesWithFiniteDifferences) {
  const auto loss = CentreLoss("rate=0", 5);
  Tensor centres = loss->buffers().at(0).second;
  centres.copy_(RandomRows(3, 9));
  EXPECT_LT(FeatureGradientError(*loss, RandomRows(4), Labels({0, 1, -1, 0})),
            1e-8);
}

TEST(Centre, IsZeroWithoutLabelledRowsAndOnTheCentre) {
  const auto loss = CentreLoss("", 2);
  EXPECT_EQ((*loss)(InputOf(Rows({{1, 0}}), Labels({-1}))).loss.item<double>(),
            0);
  EXPECT_TRUE(HasFiniteGradient(*loss, Rows({{0, 0}}), Labels({0})));
}

TEST(Centre, NeedsIdentities) {
  SpecOptions options("centre", "");
  EXPECT_THROW(MakeCentre(options, {.num_identities = 0}), TrainError);
}

}  // namespace
}  // namespace mien::train
