// SPDX-License-Identifier: Apache-2.0
#include "train/executor/torch_net.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "nets/net_probe.h"
#include "nets/nets.h"
#include "train/executor/torch_tensor.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

/// Largest difference between the trainer's forward pass and oneDNN's, of
/// values above 1 as a share of the largest.
double DifferenceToOneDnn(const Graph& graph, const Shape& extents) {
  const auto input = nets::FormulaInput(graph, extents);
  const auto expected = nets::RunCompiled(graph, input);
  EXPECT_TRUE(expected) << expected.error().message;
  TorchNet net(graph);
  double largest = 0.0;
  for (const auto& [name, value] : expected->values) {
    const Tensor y =
        net.Forward(TorchFromTensor(input.begin()->second), name, Mode::kEval);
    const Tensor difference = (y - TorchFromTensor(value)).abs();
    largest = std::max(largest,
                       difference.max().item<double>() /
                           std::max(1.0, y.abs().max().item<double>()));
  }
  return largest;
}

Graph TinyNet() {
  GraphBuilder net("tiny", nets::RandomParameters(3));
  Value x = net.Input("input", {kDynamicDim, 3, 8, 8});
  const Value stem = net.Relu(net.BatchNorm(
      net.Conv(x, "stem", {.out = 4, .pad = {1, 1}}), "norm", 1e-3F));
  const Value branch = net.Conv(stem, "branch", {.out = 4, .pad = {1, 1}});
  x = net.Relu(net.AddScaled(stem, branch, 0.25F));
  x = net.Flatten(net.GlobalAveragePool(x), 4);
  x = net.Linear(x, "last", 5, GraphBuilder::Bias::kNo);
  net.Output(net.L2Normalize(x), "embedding");
  return std::move(net).Build();
}

Tensor Pixels() {
  torch::manual_seed(1);
  return torch::randn({6, 3, 8, 8});
}

TEST(TorchNet, RunsInceptionResnetAsOneDnnDoes) {
  const Graph graph = nets::InceptionResnetV1(nets::RandomParameters(1), 80);
  EXPECT_LT(DifferenceToOneDnn(graph, {2, 3, 80, 80}), 1e-4);
}

TEST(TorchNet, RunsMobileFacenetAsOneDnnDoes) {
  const Graph graph = nets::MobileFacenet(nets::RandomParameters(1));
  EXPECT_LT(DifferenceToOneDnn(graph, {2, 3, 112, 112}), 1e-4);
}

TEST(TorchNet, RunsTheDetectorsAsOneDnnDoes) {
  const auto random = nets::RandomParameters(1);
  EXPECT_LT(DifferenceToOneDnn(nets::FaceSsd(random), {1, 3, 128, 64}), 1e-4);
  EXPECT_LT(DifferenceToOneDnn(nets::Pnet(random), {1, 3, 33, 20}), 1e-4);
  EXPECT_LT(DifferenceToOneDnn(nets::Rnet(random), {2, 3, 24, 24}), 1e-4);
  EXPECT_LT(DifferenceToOneDnn(nets::Onet(random), {2, 3, 48, 48}), 1e-4);
}

TEST(TorchNet, ListsParametersApartFromRunningStatistics) {
  const TorchNet net(TinyNet());
  std::vector<std::string> learned;
  std::vector<std::string> decaying;
  for (const Parameter& parameter : net.parameters()) {
    learned.push_back(parameter.name);
    if (parameter.decays) {
      decaying.push_back(parameter.name);
    }
  }
  EXPECT_EQ(learned,
            (std::vector<std::string>{"stem.weight",
                                      "norm.weight",
                                      "norm.bias",
                                      "branch.weight",
                                      "last.weight"}));
  EXPECT_EQ(decaying,
            (std::vector<std::string>{
                "stem.weight", "branch.weight", "last.weight"}));
  ASSERT_EQ(net.buffers().size(), 2U);
  EXPECT_EQ(net.buffers()[0].first, "norm.running_mean");
}

TEST(TorchNet, GivesEveryParameterItsGradient) {
  TorchNet net(TinyNet());
  const Tensor y = net.Forward(Pixels(), "embedding", Mode::kTrain);
  y.select(1, 0).sum().backward();
  for (const Parameter& parameter : net.parameters()) {
    ASSERT_TRUE(parameter.tensor.grad().defined()) << parameter.name;
    EXPECT_GT(parameter.tensor.grad().abs().sum().item<double>(), 0.0)
        << parameter.name;
  }
}

TEST(TorchNet, HasTheGradientThatFiniteDifferencesShow) {
  TorchNet net(TinyNet());
  const auto loss = [&] {
    return net.Forward(Pixels(), "embedding", Mode::kTrain).select(1, 2).sum();
  };
  loss().backward();
  Tensor weight =
      net.parameters()[3].tensor;  // after which relu works in place
  const double gradient = weight.grad()[1][2][1][1].item<double>();
  const torch::NoGradGuard no_grad;
  constexpr double kStep = 1e-2;
  weight[1][2][1][1] += kStep;
  const double above = loss().item<double>();
  weight[1][2][1][1] -= 2 * kStep;
  const double below = loss().item<double>();
  EXPECT_NEAR((above - below) / (2 * kStep), gradient, 2e-3);
}

TEST(TorchNet, NormalisesByTheBatchInTrainingOnly) {
  TorchNet net(TinyNet());
  const Tensor before = net.buffers()[0].second.clone();
  net.Forward(Pixels(), "embedding", Mode::kEval);
  EXPECT_TRUE(at::equal(net.buffers()[0].second, before));
  net.Forward(Pixels(), "embedding", Mode::kTrain);
  EXPECT_FALSE(at::equal(net.buffers()[0].second, before));
}

TEST(TorchNet, KeepsFrozenLayersAsTheyAre) {
  TorchNet net(TinyNet());
  EXPECT_EQ(net.Freeze("norm.*"), 2);
  EXPECT_FALSE(net.parameters()[1].tensor.requires_grad());
  EXPECT_TRUE(net.parameters()[0].tensor.requires_grad());
  const Tensor before = net.buffers()[0].second.clone();
  net.Forward(Pixels(), "embedding", Mode::kTrain);
  EXPECT_TRUE(at::equal(net.buffers()[0].second, before));
}

TEST(TorchNet, ExportsWhatOneDnnReproduces) {
  TorchNet net(TinyNet());
  {
    const torch::NoGradGuard no_grad;
    for (const Parameter& parameter : net.parameters()) {
      Tensor tensor = parameter.tensor;
      tensor.add_(0.1 * torch::randn_like(tensor));
    }
    net.Forward(Pixels(), "embedding", Mode::kTrain);
  }
  EXPECT_LT(DifferenceToOneDnn(net.Export(), {6, 3, 8, 8}), 1e-5);
  const Tensor y = net.Forward(Pixels(), "embedding", Mode::kEval);
  const auto exported =
      nets::RunCompiled(net.Export(), {{"input", TensorFromTorch(Pixels())}});
  ASSERT_TRUE(exported);
  EXPECT_LT((y - TorchFromTensor(exported->values.at("embedding")))
                .abs()
                .max()
                .item<double>(),
            1e-5);
}

TEST(TorchNet, ComputesCloseToFloatInBfloat16) {
  TorchNet exact(TinyNet());
  TorchNet rounded(TinyNet(), {.bfloat16 = true});
  const Tensor a = exact.Forward(Pixels(), "embedding", Mode::kTrain);
  const Tensor b = rounded.Forward(Pixels(), "embedding", Mode::kTrain);
  EXPECT_GT((a * b).sum(1).min().item<double>(), 0.999);
  EXPECT_EQ(b.scalar_type(), torch::kFloat32);
}

TEST(TorchNet, RefusesNamesThatAreNoValue) {
  TorchNet net(TinyNet());
  EXPECT_THROW(net.Forward(Pixels(), "logits", Mode::kEval), TrainError);
}

TEST(FeatureValue, IsWhatTheOutputScales) {
  const Graph graph = TinyNet();
  TorchNet net(graph);
  const Tensor features =
      net.Forward(Pixels(), FeatureValue(graph), Mode::kEval);
  const Tensor embedding = net.Forward(Pixels(), "embedding", Mode::kEval);
  const Tensor scaled = features / features.norm(2, 1, true);
  EXPECT_LT((scaled - embedding).abs().max().item<double>(), 1e-6);
}

}  // namespace
}  // namespace mien::train
