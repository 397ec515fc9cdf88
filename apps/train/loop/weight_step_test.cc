// SPDX-License-Identifier: Apache-2.0
#include "train/loop/weight_step.h"

#include <gtest/gtest.h>

namespace mien::train {
namespace {

constexpr StepNumbers kNumbers = {.rate = 0.01F,
                                  .keep = 0.99F,
                                  .gradient_scale = 0.5F,
                                  .momentum = 0.9F,
                                  .second_momentum = 0.999F,
                                  .epsilon = 1e-8F,
                                  .first_correction = 10.0F,
                                  .second_correction = 1000.0F};

/// A weight amid a run: kernel in channels-last order, and a bias.
WeightGroup SomeWeights() {
  torch::manual_seed(3);
  WeightGroup group;
  for (const auto& like :
       {torch::empty({4, 3, 5, 5}).contiguous(at::MemoryFormat::ChannelsLast),
        torch::empty({7})}) {
    group.weights.push_back(torch::randn_like(like));
    group.first.push_back(torch::randn_like(like));
    group.second.push_back(torch::rand_like(like));
    group.gradients.push_back(torch::randn_like(like));
  }
  return group;
}

class WeightStep : public testing::TestWithParam<Method> {};

TEST_P(WeightStep, IsTheSameAloneAndTogether) {
  WeightGroup alone = SomeWeights();
  WeightGroup together = SomeWeights();
  for (std::size_t i = 0; i < alone.weights.size(); ++i) {
    StepOnCpu(GetParam(),
              alone.weights[i],
              alone.first[i],
              alone.second[i],
              alone.gradients[i],
              kNumbers);
  }
  StepAnywhere(GetParam(), together, kNumbers);
  for (std::size_t i = 0; i < alone.weights.size(); ++i) {
    EXPECT_TRUE(
        at::allclose(together.weights[i], alone.weights[i], 1e-5, 1e-6));
    EXPECT_TRUE(at::allclose(together.first[i], alone.first[i], 1e-5, 1e-6));
    EXPECT_TRUE(at::allclose(together.second[i], alone.second[i], 1e-5, 1e-6));
  }
}

INSTANTIATE_TEST_SUITE_P(Methods,
                         WeightStep,
                         testing::Values(Method::kSgd, Method::kAdamW));

TEST(WeightStep, LeavesGradientsAsTheyAre) {
  WeightGroup group = SomeWeights();
  StepAnywhere(Method::kAdamW, group, kNumbers);
  EXPECT_TRUE(at::equal(group.gradients[0], SomeWeights().gradients[0]));
}

}  // namespace
}  // namespace mien::train
