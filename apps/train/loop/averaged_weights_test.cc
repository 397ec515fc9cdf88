// SPDX-License-Identifier: Apache-2.0
#include "train/loop/averaged_weights.h"

#include <gtest/gtest.h>

#include "train/loop/toy_people.h"

namespace mien::train {
namespace {

TEST(AveragedWeights, FollowsQuicklyAtFirst) {
  TorchNet net(ToyNet());
  Tensor weight = net.parameters()[0].tensor;
  const torch::NoGradGuard no_grad;
  weight.fill_(0.0);
  AveragedWeights average(net, 0.9);
  weight.fill_(1.0);
  average.Update();  // keeps 2 / 11
  const Tensor first = average.state()[0].second;
  EXPECT_NEAR(first.flatten()[0].item<double>(), 9.0 / 11.0, 1e-6);
}

TEST(AveragedWeights, KeepsItsDecayLater) {
  TorchNet net(ToyNet());
  Tensor weight = net.parameters()[0].tensor;
  const torch::NoGradGuard no_grad;
  weight.fill_(0.0);
  AveragedWeights average(net, 0.5);
  average.set_updates(1000);
  weight.fill_(1.0);
  average.Update();
  average.Update();
  EXPECT_NEAR(
      average.state()[0].second.flatten()[0].item<double>(), 0.75, 1e-6);
}

TEST(AveragedWeights, AreInTheNetworkOnlyWhileInUse) {
  TorchNet net(ToyNet());
  const Tensor statistic = net.buffers()[0].second;
  AveragedWeights average(net, 0.9);
  {
    const torch::NoGradGuard no_grad;
    statistic.fill_(3.0);
  }
  {
    const AverageInUse in_use(average);
    EXPECT_EQ(statistic[0].item<float>(), 0.0F);
  }
  EXPECT_EQ(statistic[0].item<float>(), 3.0F);
}

}  // namespace
}  // namespace mien::train
