// SPDX-License-Identifier: Apache-2.0
#include "runtime/quantize/quantize_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "graph/onnx_io.h"
#include "runtime/onednn/compare_executors.h"
#include "runtime/quantize/observe.h"
#include "runtime/quantize/standard_form.h"

namespace mien::quantize {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kSidePx = 12;

/// Convolutions with ReLU and batch norm, a join, a pooling, a residual, a
/// depthwise convolution with PReLU, a product: what embedders are made of.
Graph SmallNet() {
  GraphBuilder net("small", onednn::RandomSource(7));
  const auto layer = [&](const Value& x, const char* name, int out, int side) {
    return net.Relu(net.BatchNorm(
        net.Conv(
            x,
            name,
            {.out = out, .kernel = {side, side}, .pad = {side / 2, side / 2}}),
        std::string(name) + ".bn",
        1e-3F));
  };
  Value x = net.Input("x", {kDynamicDim, 3, kSidePx, kSidePx});
  x = layer(x, "stem", 16, 3);
  x = net.Concat({layer(x, "left", 16, 1), layer(x, "right", 16, 3)});
  x = layer(net.MaxPool(x, {.kernel = 3, .stride = 2}), "entry", 32, 1);
  Value y = net.Conv(x, "branch", {.out = 32, .kernel = {1, 1}, .bias = true});
  x = net.Relu(net.Add(x, y));
  x = net.Prelu(
      net.Conv(x, "depthwise", {.out = 32, .pad = {1, 1}, .groups = 32}),
      "prelu");
  x = net.Conv(x, "last", {.out = 8, .kernel = {1, 1}});
  x = net.Flatten(net.GlobalAveragePool(x), 8);
  net.Output(net.Linear(x, "linear", 6, GraphBuilder::Bias::kYes), "y");
  return std::move(net).Build();
}

std::vector<std::vector<float>> Samples(int count) {
  std::vector<std::vector<float>> samples;
  for (int i = 0; i < count; ++i) {
    samples.push_back(
        onednn::RandomFloats(3 * kSidePx * kSidePx, unsigned(100 + i)));
  }
  return samples;
}

const Shape kShape = {1, 3, kSidePx, kSidePx};

class SmallNetTest : public testing::Test {
 protected:
  void SetUp() override {
    auto simple = Simplify(SmallNet());
    ASSERT_TRUE(simple) << simple.error().message;
    simple_ = *std::move(simple);
    auto observation =
        Observation::Begin(simple_, ValuesToObserve(simple_), kShape);
    ASSERT_TRUE(observation) << observation.error().message;
    for (const auto& sample : Samples(8)) {
      observation->Add(sample);
    }
    ranges_ = observation->Choose(RangeMethod::kMinMax);
    for (const QuantizableLayer& layer : FindQuantizableLayers(simple_)) {
      layers_.insert(layer.output);
    }
  }

  Graph Quantized(const std::set<std::string>& layers) {
    auto graph = InsertQuantization(simple_, layers, ranges_);
    EXPECT_TRUE(graph) << graph.error().message;
    return graph ? *std::move(graph) : Graph();
  }

  Graph simple_;
  std::set<std::string> layers_;
  std::map<std::string, ValueRange> ranges_;
};

TEST_F(SmallNetTest, LeavesDepthwiseConvolutionsOut) {
  std::vector<std::string> names;
  for (const QuantizableLayer& layer : FindQuantizableLayers(simple_)) {
    names.push_back(layer.name);
  }
  EXPECT_THAT(names,
              ElementsAre("stem", "left", "right", "entry", "branch", "last"));
}

TEST_F(SmallNetTest, AnswersAlmostAsBefore) {
  const auto samples = Samples(16);
  const auto before = RunSamples(SmallNet(), kShape, samples);
  const auto after = RunSamples(Quantized(layers_), kShape, samples);
  ASSERT_TRUE(before && after);
  const Agreement agreement = Compare(*before, *after);
  EXPECT_GT(agreement.mean_cosine, 0.999);
  EXPECT_LT(agreement.mean_cosine, 0.9999999) << "nothing was rounded";
}

TEST_F(SmallNetTest, KeepsLayersThatAreNotNamed) {
  const auto samples = Samples(4);
  const auto before = RunSamples(SmallNet(), kShape, samples);
  const auto after = RunSamples(Quantized({}), kShape, samples);
  ASSERT_TRUE(before && after);
  EXPECT_GT(Compare(*before, *after).lowest_cosine, 0.999999);
}

TEST_F(SmallNetTest, JoinedValuesShareAScale) {
  const Graph graph = Quantized(layers_);
  std::set<float> scales;
  for (const Node& node : graph.nodes) {
    if (node.Is("Concat") || node.Is("MaxPool")) {
      for (const std::string& input : node.inputs) {
        EXPECT_TRUE(input.ends_with(".dq")) << input;
        const Node& maker = graph.nodes.at(graph.Producer(input).value());
        scales.insert(graph.initializers.at(maker.Input(1)).ToFloats()[0]);
      }
    }
  }
  EXPECT_EQ(scales.size(), 1U);
}

TEST_F(SmallNetTest, AddsFloatsToResiduals) {
  const Graph graph = Quantized(layers_);
  for (const Node& node : graph.nodes) {
    if (node.Is("Add")) {
      EXPECT_FALSE(node.Input(1).ends_with(".dq")) << node.Input(1);
    }
  }
}

TEST_F(SmallNetTest, GivesPositiveValuesAllLevels) {
  const Graph graph = Quantized(layers_);
  const Node& last = graph.nodes.at(graph.Producer("left").value_or(0));
  ASSERT_TRUE(last.Is("Conv"));
  const Node& maker = graph.nodes.at(graph.Producer(last.Input(0)).value());
  EXPECT_THAT(graph.initializers.at(maker.Input(2)).ToInts(), ElementsAre(0));
}

TEST_F(SmallNetTest, IsAFileOfAQuarterTheWeights) {
  const auto exported = ToStandardForm(Quantized(layers_));
  ASSERT_TRUE(exported) << exported.error().message;
  for (const auto& [name, tensor] : exported->initializers) {
    EXPECT_FALSE(tensor.shape().size() == 4 && tensor.shape()[1] > 1 &&
                 tensor.type() == DataType::kFloat32)
        << name;
  }
  const auto bytes = SerializeOnnx(*exported);
  ASSERT_TRUE(bytes) << bytes.error().message;
  const auto read = ParseOnnx(*bytes);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->opset, 13);
  const auto samples = Samples(4);
  const auto before = RunSamples(Quantized(layers_), kShape, samples);
  const auto after = RunSamples(*read, kShape, samples);
  ASSERT_TRUE(before && after);
  EXPECT_GT(Compare(*before, *after).lowest_cosine, 0.9999);
}

TEST_F(SmallNetTest, NamesAValueWithoutARange) {
  ranges_.erase("x");
  const auto graph = InsertQuantization(simple_, layers_, ranges_);
  ASSERT_FALSE(graph);
  EXPECT_EQ(graph.error().message, "no range for value 'x'");
}

TEST(ToStandardForm, WritesWhatCanonicalFormKeepsInAttributes) {
  Graph graph;
  graph.opset = 13;
  graph.inputs = {{.name = "x", .shape = {2, 1, 3}}};
  graph.outputs = {{.name = "y"}};
  graph.nodes = {{.op_type = "Squeeze",
                  .inputs = {"x"},
                  .outputs = {"a"},
                  .attributes = {{"axes", std::vector<std::int64_t>{1}}}},
                 {.op_type = "Clip",
                  .inputs = {"a"},
                  .outputs = {"b"},
                  .attributes = {{"min", std::numeric_limits<float>::lowest()},
                                 {"max", 0.25F}}},
                 {.op_type = "ReduceSum",
                  .inputs = {"b"},
                  .outputs = {"y"},
                  .attributes = {{"axes", std::vector<std::int64_t>{1}},
                                 {"keepdims", std::int64_t{1}}}}};
  const auto exported = ToStandardForm(graph);
  ASSERT_TRUE(exported) << exported.error().message;
  const auto& nodes = exported->nodes;
  EXPECT_THAT(exported->initializers.at(nodes[0].Input(1)).ToInts(),
              ElementsAre(1));
  EXPECT_EQ(nodes[1].Input(1), "");
  EXPECT_THAT(exported->initializers.at(nodes[1].Input(2)).ToFloats(),
              ElementsAre(0.25F));
  EXPECT_FALSE(nodes[2].Has("axes"));
  EXPECT_EQ(nodes[2].inputs.size(), 2U);
}

TEST(ToStandardForm, WritesNewerAttributesOnlyWhereTheyMatter) {
  for (const std::int64_t allows_zero : {0, 1}) {
    Graph graph;
    graph.inputs = {{.name = "x", .shape = {2, 3}}};
    graph.outputs = {{.name = "y"}};
    graph.initializers = {
        {"shape", Tensor::Int64({1}, std::vector<std::int64_t>{6})}};
    graph.nodes = {{.op_type = "Reshape",
                    .inputs = {"x", "shape"},
                    .outputs = {"y"},
                    .attributes = {{"allowzero", allows_zero}}}};
    const auto exported = ToStandardForm(graph);
    ASSERT_TRUE(exported) << exported.error().message;
    EXPECT_EQ(exported->opset, allows_zero == 0 ? 13 : 17);
    EXPECT_EQ(exported->nodes[0].Has("allowzero"), allows_zero != 0);
  }
}

TEST(ToStandardForm, NamesWhatAFileCannotHold) {
  Graph graph;
  graph.inputs = {{.name = "x", .shape = {2, 3}}};
  graph.outputs = {{.name = "y"}};
  graph.nodes = {
      {.name = "act", .op_type = "Gelu", .inputs = {"x"}, .outputs = {"y"}}};
  const auto exported = ToStandardForm(graph);
  ASSERT_FALSE(exported);
  EXPECT_EQ(exported.error().message,
            "act (Gelu, opset 13): cannot stand in a quantised file");
}

}  // namespace
}  // namespace mien::quantize
