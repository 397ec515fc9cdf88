// SPDX-License-Identifier: Apache-2.0
#include "train/executor/batch_norm.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mien::train {
namespace {

using Kind = NormActivation::Kind;

struct Answer {
  /// By name, for messages: y, running statistics, gradients.
  std::vector<std::pair<std::string, Tensor>> values;
};

using Norm = Tensor (*)(const Tensor&,
                        const NormWeights&,
                        const NormActivation&);

/// The result of `norm` and the gradients of sum(y * some weights).
Answer Ask(Norm norm, const Tensor& x_in, Kind kind) {
  const std::int64_t c = x_in.size(1);
  const Tensor x = x_in.clone().set_requires_grad(true);
  const NormWeights weights = {
      .scale = torch::linspace(-0.5, 2, c).set_requires_grad(true),
      .shift = torch::linspace(-1, 1, c).set_requires_grad(true),
      .running_mean = torch::linspace(0, 3, c),
      .running_variance = torch::linspace(1, 2, c),
      .epsilon = 1e-3};
  const Tensor slope = torch::linspace(-0.5, 0.7, c).set_requires_grad(true);
  const Tensor y = norm(x, weights, {.kind = kind, .slope = slope});
  torch::manual_seed(2);
  (y.to(torch::kFloat32) * torch::randn(y.sizes())).sum().backward();
  Answer answer = {{{"y", y.detach()},
                    {"x gradient", x.grad()},
                    {"scale gradient", weights.scale.grad()},
                    {"shift gradient", weights.shift.grad()},
                    {"running mean", weights.running_mean},
                    {"running variance", weights.running_variance}}};
  if (kind == Kind::kPrelu) {
    answer.values.emplace_back("slope gradient", slope.grad());
  }
  return answer;
}

Tensor Libtorchs(const Tensor& x,
                 const NormWeights& weights,
                 const NormActivation& activation) {
  const Tensor y = at::batch_norm(x,
                                  weights.scale,
                                  weights.shift,
                                  weights.running_mean,
                                  weights.running_variance,
                                  /*training=*/true,
                                  /*momentum=*/0.1,
                                  weights.epsilon,
                                  /*cudnn_enabled=*/false);
  switch (activation.kind) {
    case Kind::kRelu:
      return at::relu(y);
    case Kind::kPrelu:
      return at::prelu(y, activation.slope);
    default:
      return y;
  }
}

/// `tolerance` is a share of the largest element.
void ExpectNear(const Answer& a, const Answer& b, double tolerance) {
  ASSERT_EQ(a.values.size(), b.values.size());
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const Tensor expected = b.values[i].second.to(torch::kFloat32);
    ASSERT_EQ(a.values[i].second.sizes(), expected.sizes());
    const double largest = expected.abs().max().item<double>();
    const Tensor difference = (a.values[i].second - expected).abs();
    EXPECT_LE(difference.max().item<double>(), tolerance * largest)
        << a.values[i].first;
  }
}

TEST(BatchNorm, AgreesWithLibtorch) {
  torch::manual_seed(1);
  const Tensor planes = torch::randn({3, 5, 7, 4}) * 2 + 1;
  for (const Tensor& x : {planes,
                          planes.contiguous(at::MemoryFormat::ChannelsLast),
                          torch::randn({8, 6})}) {
    for (const Kind kind : {Kind::kNone, Kind::kRelu, Kind::kPrelu}) {
      ExpectNear(Ask(NormalizeByBatch, x, kind), Ask(Libtorchs, x, kind), 1e-5);
    }
  }
}

TEST(BatchNorm, KeepsItsDigitsFarFromZero) {
  torch::manual_seed(1);
  const Tensor x = torch::randn({16, 8, 20, 20}) + 1000;
  const Tensor far = Ask(NormalizeByBatch, x, Kind::kNone).values[0].second;
  const Tensor near = Ask(Libtorchs, x - 1000, Kind::kNone).values[0].second;
  EXPECT_LT((far - near).abs().max().item<double>(), 1e-3);
}

TEST(BatchNorm, WorksInBfloat16) {
  torch::manual_seed(1);
  const Tensor x = torch::randn({3, 5, 7, 4}).to(torch::kBFloat16);
  const Answer ours = Ask(NormalizeByBatch, x, Kind::kPrelu);
  EXPECT_EQ(ours.values[0].second.scalar_type(), torch::kBFloat16);
  ExpectNear(
      ours, Ask(NormalizeByBatch, x.to(torch::kFloat32), Kind::kPrelu), 0.02);
}

TEST(BatchNorm, IsTheSameWithAnyNumberOfThreads) {
  torch::manual_seed(1);
  const Tensor x = torch::randn({8, 16, 40, 40});
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const Answer one = Ask(NormalizeByBatch, x, Kind::kPrelu);
  at::set_num_threads(3);
  const Answer three = Ask(NormalizeByBatch, x, Kind::kPrelu);
  at::set_num_threads(threads);
  ExpectNear(three, one, 0.0);
}

TEST(BatchNorm, ByRunningStatisticsLeavesThemAlone) {
  torch::manual_seed(1);
  const Tensor x = torch::randn({2, 3, 4, 4});
  const NormWeights weights = {.scale = torch::full({3}, 2.0),
                               .shift = torch::ones({3}),
                               .running_mean = torch::full({3}, 0.5),
                               .running_variance = torch::full({3}, 4.0),
                               .epsilon = 0.0};
  const Tensor y = NormalizeByRunning(x, weights, {.kind = Kind::kRelu});
  const Tensor expected = at::relu((x - 0.5) + 1.0);  // (x - 0.5) / 2 * 2 + 1
  EXPECT_LT((y - expected).abs().max().item<double>(), 1e-6);
  EXPECT_EQ(weights.running_mean[0].item<float>(), 0.5F);
}

}  // namespace
}  // namespace mien::train
