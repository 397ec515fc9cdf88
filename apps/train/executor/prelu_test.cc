// SPDX-License-Identifier: Apache-2.0
#include "train/executor/prelu.h"

#include <gtest/gtest.h>

namespace mien::train {
namespace {

struct Answer {
  Tensor y;
  Tensor x_gradient;
  Tensor slope_gradient;
};

/// y and the gradients of sum(y * weight) by `prelu`.
Answer Ask(Tensor (*prelu)(const Tensor&, const Tensor&), const Tensor& x_in) {
  const Tensor x = x_in.clone().set_requires_grad(true);
  const Tensor slope =
      torch::linspace(-0.5, 0.7, x.size(1)).set_requires_grad(true);
  torch::manual_seed(2);
  const Tensor y = prelu(x, slope);
  (y.to(torch::kFloat32) * torch::randn(y.sizes())).sum().backward();
  return {y.detach(), x.grad(), slope.grad()};
}

Tensor Libtorchs(const Tensor& x, const Tensor& slope) {
  return at::prelu(x, slope.to(x.scalar_type()));
}

void ExpectNear(const Tensor& a, const Tensor& b, double tolerance) {
  ASSERT_EQ(a.sizes(), b.sizes());
  const Tensor difference = (a - b).to(torch::kFloat32).abs();
  EXPECT_LT(difference.max().item<double>(), tolerance);
}

TEST(Prelu, AgreesWithLibtorch) {
  torch::manual_seed(1);
  const Tensor planes = torch::randn({3, 5, 7, 4});
  for (const Tensor& x : {planes,
                          planes.contiguous(at::MemoryFormat::ChannelsLast),
                          torch::randn({4, 6})}) {
    const Answer ours = Ask(Prelu, x);
    const Answer theirs = Ask(Libtorchs, x);
    ExpectNear(ours.y, theirs.y, 1e-7);
    ExpectNear(ours.x_gradient, theirs.x_gradient, 1e-7);
    ExpectNear(ours.slope_gradient, theirs.slope_gradient, 1e-4);
  }
}

TEST(Prelu, WorksInBfloat16) {
  torch::manual_seed(1);
  const Tensor x = torch::randn({3, 5, 7, 4}).to(torch::kBFloat16);
  const Answer ours = Ask(Prelu, x);
  const Answer exact = Ask(Prelu, x.to(torch::kFloat32));
  EXPECT_EQ(ours.y.scalar_type(), torch::kBFloat16);
  ExpectNear(ours.y, exact.y, 0.02);
  ExpectNear(ours.x_gradient, exact.x_gradient, 0.02);
  ExpectNear(ours.slope_gradient, exact.slope_gradient, 0.2);
}

TEST(Prelu, SharesOneSlopeBetweenChannels) {
  const Tensor x = torch::tensor({{-2.0F, 4.0F}, {1.0F, -6.0F}});
  const Tensor slope = torch::full({1}, 0.5F).set_requires_grad(true);
  const Tensor y = Prelu(x, slope);
  EXPECT_TRUE(at::equal(y, torch::tensor({{-1.0F, 4.0F}, {1.0F, -3.0F}})));
  y.sum().backward();
  EXPECT_EQ(slope.grad()[0].item<float>(), -8.0F);
}

TEST(Prelu, SplitsLargeTensorsOverThreads) {
  torch::manual_seed(1);
  const Tensor x = torch::randn({8, 16, 40, 40});
  ExpectNear(
      Ask(Prelu, x).slope_gradient, Ask(Libtorchs, x).slope_gradient, 5e-3);
}

}  // namespace
}  // namespace mien::train
