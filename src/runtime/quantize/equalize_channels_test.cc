// SPDX-License-Identifier: Apache-2.0
#include "runtime/quantize/equalize_channels.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/onednn/compare_executors.h"
#include "runtime/quantize/observe.h"
#include "runtime/quantize/quantize_graph.h"
#include "runtime/quantize/standard_form.h"

namespace mien::quantize {
namespace {

constexpr int kChannels = 16;
const Shape kShape = {1, kChannels, 8, 8};

/// Parameters of which channel 0 of the filter is a hundred times as large.
ParameterSource LoudChannel() {
  return [source = onednn::RandomSource(5)](const ParameterSpec& spec) mutable {
    Tensor tensor = source(spec);
    if (!spec.name.starts_with("filter")) {
      return tensor;
    }
    std::vector<float> values = tensor.ToFloats();
    for (std::size_t i = 0; i < values.size() / kChannels; ++i) {
      values[i] *= 100.0F;
    }
    return Tensor::Float(tensor.shape(), values);
  };
}

/// A depthwise filter with bias and `activation`, a convolution that reads it.
Graph FilterThenMix(const std::string& activation) {
  GraphBuilder net("net", LoudChannel());
  Value x = net.Input("x", kShape);
  x = net.Conv(
      x,
      "filter",
      {.out = kChannels, .pad = {1, 1}, .groups = kChannels, .bias = true});
  x = activation == "PRelu"  ? net.Prelu(x, "slopes")
      : activation == "Relu" ? net.Relu(x)
      : activation.empty()   ? x
                             : net.Sigmoid(x);
  x = net.Conv(x, "mix", {.out = 24, .kernel = {1, 1}});
  net.Output(net.Flatten(net.GlobalAveragePool(x), 24), "y");
  const auto simple = Simplify(std::move(net).Build());
  EXPECT_TRUE(simple);
  return *simple;
}

std::vector<std::vector<float>> Samples() {
  std::vector<std::vector<float>> samples;
  for (unsigned i = 1; i <= 8; ++i) {
    samples.push_back(onednn::RandomFloats(NumElements(kShape), i));
  }
  return samples;
}

std::vector<std::vector<float>> Answers(const Graph& graph) {
  const auto rows = RunSamples(graph, kShape, Samples());
  EXPECT_TRUE(rows);
  return *rows;
}

Graph Equalized(const Graph& graph) {
  const auto equal = EqualizeChannels(graph, kShape, Samples());
  EXPECT_TRUE(equal);
  return *equal;
}

/// 1 - mean cosine of the answers of `graph` to its own in 8 bits.
double ErrorInBits(const Graph& graph) {
  auto observation = Observation::Begin(graph, ValuesToObserve(graph), kShape);
  EXPECT_TRUE(observation);
  for (const std::vector<float>& sample : Samples()) {
    observation->Add(sample);
  }
  std::set<std::string> outputs;
  for (const QuantizableLayer& layer : FindQuantizableLayers(graph)) {
    outputs.insert(layer.output);
  }
  const auto rounded = InsertQuantization(
      graph, outputs, observation->Choose(RangeMethod::kMinMax));
  EXPECT_TRUE(rounded);
  return 1.0 - Compare(Answers(graph), Answers(*rounded)).mean_cosine;
}

class EqualizeChannelsBehind : public testing::TestWithParam<std::string> {};

TEST_P(EqualizeChannelsBehind, LeavesTheNetworkTheSame) {
  const Graph graph = FilterThenMix(GetParam());
  const auto before = Answers(graph);
  const auto after = Answers(Equalized(graph));
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_LE(onednn::MaxScaledError(after[i], before[i]), 1e-5);
  }
}

TEST_P(EqualizeChannelsBehind, MakesTheErrorSmaller) {
  const Graph graph = FilterThenMix(GetParam());
  EXPECT_LT(ErrorInBits(Equalized(graph)), ErrorInBits(graph) / 2.0);
}

INSTANTIATE_TEST_SUITE_P(Rectifiers,
                         EqualizeChannelsBehind,
                         testing::Values("", "Relu", "PRelu"));

TEST(EqualizeChannels, LeavesWhatIsNotHomogeneous) {
  const Graph graph = FilterThenMix("Sigmoid");
  const Graph equal = Equalized(graph);
  EXPECT_EQ(equal.initializers.size(), graph.initializers.size());
}

TEST(EqualizeChannels, LeavesValuesThatOthersRead) {
  Graph graph = FilterThenMix("Relu");
  const auto filter = std::ranges::find(graph.nodes, "Conv", &Node::op_type);
  graph.outputs.push_back({.name = filter->outputs[0]});
  EXPECT_EQ(Equalized(graph).initializers.size(), graph.initializers.size());
}

}  // namespace
}  // namespace mien::quantize
