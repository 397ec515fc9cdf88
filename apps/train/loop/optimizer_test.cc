// SPDX-License-Identifier: Apache-2.0
#include "train/loop/optimizer.h"

#include <gtest/gtest.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include "train/train_error.h"

namespace mien::train {
namespace {

Tensor Weight(const std::vector<float>& values) {
  return torch::tensor(values).set_requires_grad(true);
}

/// 0.5 * sum((w - target)^2), whose gradient is w - target.
void Backward(const Tensor& weight, double target) {
  (0.5 * (weight - target).square().sum()).backward();
}

TEST(Optimizer, StepsAgainstTheGradientWithMomentum) {
  const Tensor weight = Weight({2.0F});
  Optimizer sgd({{"w", weight, false}},
                {.method = Method::kSgd, .momentum = 0.5});
  Backward(weight, 0.0);
  sgd.Step(0.1);  // v = 2, w = 2 - 0.2
  EXPECT_FLOAT_EQ(weight.item<float>(), 1.8F);
  sgd.ZeroGradients();
  Backward(weight, 0.0);
  sgd.Step(0.1);  // v = 1 + 1.8, w = 1.8 - 0.28
  EXPECT_FLOAT_EQ(weight.item<float>(), 1.52F);
}

TEST(Optimizer, DecaysOnlyParametersThatDecay) {
  const Tensor kernel = Weight({1.0F});
  const Tensor bias = Weight({1.0F});
  Optimizer sgd({{"kernel", kernel, true}, {"bias", bias, false}},
                {.method = Method::kSgd, .weight_decay = 0.5});
  Backward(kernel, 1.0);  // no gradient at the target
  Backward(bias, 1.0);
  sgd.Step(0.1);
  EXPECT_FLOAT_EQ(kernel.item<float>(), 0.95F);
  EXPECT_FLOAT_EQ(bias.item<float>(), 1.0F);
}

TEST(Optimizer, AgreesWithLibtorchsAdamW) {
  const Tensor start = torch::randn({37});
  const Tensor ours = start.clone().set_requires_grad(true);
  const Tensor theirs = start.clone().set_requires_grad(true);
  Optimizer mine({{"w", ours, true}}, {.weight_decay = 0.1});
  torch::optim::AdamW other({theirs},
                            torch::optim::AdamWOptions(0.01).weight_decay(0.1));
  for (int step = 0; step < 5; ++step) {
    mine.ZeroGradients();
    Backward(ours, 0.3 * step);
    mine.Step(0.01);
    other.zero_grad();
    Backward(theirs, 0.3 * step);
    other.step();
  }
  EXPECT_LT((ours - theirs).abs().max().item<double>(), 1e-6);
}

TEST(Optimizer, TakesGradientsInAnyMemoryOrder) {
  const Tensor weight = torch::ones({2, 3, 2, 2})
                            .contiguous(at::MemoryFormat::ChannelsLast)
                            .set_requires_grad(true);
  Optimizer sgd({{"w", weight, false}}, {.method = Method::kSgd});
  const Tensor gradient =
      torch::arange(24, torch::kFloat32).reshape({2, 3, 2, 2});
  Tensor(weight).mutable_grad() = gradient;
  sgd.Step(1.0);
  EXPECT_TRUE(at::equal(weight.detach(), 1.0 - gradient));
}

TEST(Optimizer, ScalesLongGradientsDown) {
  const Tensor weight = Weight({3.0F, 4.0F});
  Optimizer sgd({{"w", weight, false}},
                {.method = Method::kSgd, .clip_norm = 1.0});
  Backward(weight, 0.0);
  EXPECT_FLOAT_EQ(sgd.Step(1.0).item<float>(), 5.0F);
  EXPECT_FLOAT_EQ(weight[0].item<float>(), 3.0F - 0.6F);
  EXPECT_FLOAT_EQ(weight[1].item<float>(), 4.0F - 0.8F);
}

TEST(Optimizer, LeavesParametersWithoutGradientAlone) {
  const Tensor weight = Weight({1.0F});
  Optimizer adam({{"w", weight, true}}, {});
  adam.Step(0.1);
  EXPECT_FLOAT_EQ(weight.item<float>(), 1.0F);
}

TEST(Optimizer, HasNamesForItsMethods) {
  EXPECT_EQ(ParseMethod("sgd"), Method::kSgd);
  EXPECT_EQ(ParseMethod("adamw"), Method::kAdamW);
  EXPECT_THROW(ParseMethod("adam"), TrainError);
}

}  // namespace
}  // namespace mien::train
