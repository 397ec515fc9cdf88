// SPDX-License-Identifier: Apache-2.0
#include "graph/builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using ::testing::ElementsAre;

/// Zeros, and a list of what was asked for.
ParameterSource Recorded(std::vector<ParameterSpec>& specs) {
  return [&specs](const ParameterSpec& spec) {
    specs.push_back(spec);
    const std::vector<float> zeros(
        static_cast<std::size_t>(NumElements(spec.shape)));
    return Tensor::Float(spec.shape, zeros);
  };
}

TEST(GraphBuilder, NamesParametersAsACheckpointDoes) {
  std::vector<ParameterSpec> specs;
  GraphBuilder net("tiny", Recorded(specs));
  Value x = net.Input("input", {kDynamicDim, 8, 4, 4});
  {
    const auto outer = net.Scope("repeat_1.0");
    const auto inner = net.Scope("branch1.1");
    x = net.Conv(x, "conv", {.out = 6, .kernel = {3, 1}, .groups = 2});
    x = net.BatchNorm(x, "bn", 1e-3F);
  }
  x = net.Prelu(x, "prelu1");
  x = net.Linear(
      net.Flatten(x, 48), "last_linear", 5, GraphBuilder::Bias::kYes);
  net.Output(x, "embedding");
  const Graph graph = std::move(net).Build();

  std::vector<std::string> names;
  for (const ParameterSpec& spec : specs) {
    names.push_back(spec.name);
  }
  EXPECT_THAT(names,
              ElementsAre("repeat_1.0.branch1.1.conv.weight",
                          "repeat_1.0.branch1.1.bn.weight",
                          "repeat_1.0.branch1.1.bn.bias",
                          "repeat_1.0.branch1.1.bn.running_mean",
                          "repeat_1.0.branch1.1.bn.running_var",
                          "prelu1.weight",
                          "last_linear.weight",
                          "last_linear.bias"));
  EXPECT_EQ(specs[0].shape, (Shape{6, 4, 3, 1}));
  EXPECT_EQ(specs[0].fan_in, 12);
  EXPECT_EQ(specs[0].fan_out, 9);
  EXPECT_EQ(specs[6].shape, (Shape{5, 48}));
  EXPECT_EQ(graph.inputs[0].dim_names[0], "batch");
  EXPECT_EQ(graph.nodes[0].outputs[0], "repeat_1.0.branch1.1.conv");
}

TEST(GraphBuilder, TracksChannels) {
  std::vector<ParameterSpec> specs;
  GraphBuilder net("tiny", Recorded(specs));
  const Value x = net.Input("input", {kDynamicDim, 3, 8, 8});
  const Value a = net.Conv(x, "a", {.out = 4});
  const Value b = net.Relu(net.Conv(x, "b", {.out = 5}));
  EXPECT_EQ(net.Channels(net.Concat({a, b})), 9);
  EXPECT_EQ(net.Channels(net.MaxPool(a, {})), 4);
  EXPECT_EQ(net.Channels(net.Transpose(a, {0, 2, 3, 1})), 0);
  EXPECT_EQ(net.Channels(net.Reshape(a, {0, 2, -1})), 2);
}

TEST(GraphBuilder, RenamesAValueForProbes) {
  std::vector<ParameterSpec> specs;
  GraphBuilder net("tiny", Recorded(specs));
  Value x = net.Input("input", {1, 3, 8, 8});
  {
    const auto scope = net.Scope("conv2d_1a");
    x = net.Name(net.Relu(net.Conv(x, "conv", {.out = 4})), "");
  }
  EXPECT_EQ(x.name, "conv2d_1a");
  EXPECT_EQ(net.Channels(x), 4);
  x = net.Name(net.GlobalAveragePool(x), "avgpool_1a");
  net.Output(x, "output");
  const Graph graph = std::move(net).Build();
  EXPECT_EQ(graph.Producer("conv2d_1a"), 1U);
  EXPECT_THAT(graph.nodes[2].inputs, ElementsAre("conv2d_1a"));
}

TEST(GraphBuilder, KeepsNamesApart) {
  std::vector<ParameterSpec> specs;
  GraphBuilder net("tiny", Recorded(specs));
  const Value x = net.Input("input", {1, 3, 8, 8});
  const Value a = net.Relu(x);
  const Value b = net.Relu(x);
  EXPECT_NE(a.name, b.name);
  net.Output(net.Add(a, b), "output");
  EXPECT_TRUE(std::move(net).Build().Validate());
}

TEST(GraphBuilder, NormalisesByPlainOperators) {
  std::vector<ParameterSpec> specs;
  GraphBuilder net("tiny", Recorded(specs));
  net.Output(net.L2Normalize(net.Input("input", {kDynamicDim, 3})), "output");
  const Graph graph = std::move(net).Build();
  std::vector<std::string> ops;
  for (const Node& node : graph.nodes) {
    ops.push_back(node.op_type);
  }
  EXPECT_THAT(ops, ElementsAre("Add", "ReduceL2", "Div", "Identity"));
}

TEST(GraphBuilder, DescribesItsOutputs) {
  std::vector<ParameterSpec> specs;
  GraphBuilder net("tiny", Recorded(specs));
  const Value x =
      net.Input("input", {kDynamicDim, 3, kDynamicDim, kDynamicDim});
  net.Output(net.Conv(x, "map", {.out = 4}), "map_out");
  net.Output(net.Flatten(net.GlobalAveragePool(x), 3), "vector");
  const Graph graph = std::move(net).Build();
  EXPECT_EQ(graph.outputs[0].shape,
            (Shape{kDynamicDim, 4, kDynamicDim, kDynamicDim}));
  EXPECT_EQ(graph.outputs[1].shape, (Shape{kDynamicDim, 3}));
  EXPECT_THAT(graph.outputs[1].dim_names, ElementsAre("batch", ""));
}

TEST(GraphBuilder, RefusesAParameterOfAnotherShape) {
  GraphBuilder net("tiny", [](const ParameterSpec&) { return Tensor(); });
  const Value x = net.Input("input", {1, 3, 8, 8});
  EXPECT_THROW(net.Conv(x, "conv", {.out = 4}), std::logic_error);
}

TEST(GraphBuilder, LaysPreluSlopesAlongTheChannels) {
  std::vector<ParameterSpec> specs;
  GraphBuilder net("tiny", Recorded(specs));
  Value x = net.Input("input", {kDynamicDim, 8, 4, 4});
  x = net.Prelu(x, "on_map");
  x = net.Linear(net.Flatten(x, 128), "fc", 5, GraphBuilder::Bias::kNo);
  x = net.Prelu(net.BatchNorm(x, "bn", 1e-3F), "on_row");
  net.Output(x, "output");
  const Graph graph = std::move(net).Build();
  EXPECT_EQ(graph.initializers.at("on_map.weight").shape(), (Shape{8, 1, 1}));
  EXPECT_EQ(graph.initializers.at("on_row.weight").shape(), (Shape{5}));
}

TEST(GraphBuilder, TellsWhetherARectifierFollows) {
  std::vector<ParameterSpec> specs;
  GraphBuilder net("tiny", Recorded(specs));
  Value x = net.Input("input", {kDynamicDim, 8, 4, 4});
  x = net.Relu(net.Conv(x, "a", {.out = 4}));
  x = net.Conv(x, "b", {.out = 2, .bias = true, .rectified = false});
  ASSERT_EQ(specs.size(), 3U);
  EXPECT_TRUE(specs[0].rectified);
  EXPECT_FALSE(specs[1].rectified);
  EXPECT_EQ(specs[1].fan_in, 4 * 9);
  EXPECT_EQ(specs[1].fan_out, 2 * 9);
}

}  // namespace
}  // namespace mien
