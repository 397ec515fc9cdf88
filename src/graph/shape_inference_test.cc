// SPDX-License-Identifier: Apache-2.0
#include "graph/shape_inference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/builder.h"

namespace mien {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Ints = std::vector<std::int64_t>;

Tensor Zeros(const ParameterSpec& spec) {
  const std::vector<float> zeros(
      static_cast<std::size_t>(NumElements(spec.shape)));
  return Tensor::Float(spec.shape, zeros);
}

Tensor IntList(Ints values) {
  return Tensor::Int64({static_cast<std::int64_t>(values.size())}, values);
}

Tensor Scalar(std::int64_t value) { return Tensor::Int64({}, {&value, 1}); }

/// Appends a node that makes `output`.
void Add(Graph& graph,
         std::string op,
         std::vector<std::string> inputs,
         std::string output,
         std::map<std::string, Attribute> attributes = {}) {
  graph.nodes.push_back({.name = output,
                         .op_type = std::move(op),
                         .inputs = std::move(inputs),
                         .outputs = {output},
                         .attributes = std::move(attributes)});
}

Graph WithInput(Shape shape) {
  Graph graph;
  graph.inputs = {{.name = "x", .shape = std::move(shape)}};
  return graph;
}

TEST(InferShapes, FollowsANetworkBuiltByHand) {
  GraphBuilder net("tiny", Zeros);
  Value x = net.Input("input", {kDynamicDim, 3, kDynamicDim, kDynamicDim});
  x = net.Conv(x, "conv1", {.out = 8, .stride = {2, 2}});
  x = net.MaxPool(x, {.kernel = 3, .stride = 2, .ceil_mode = true});
  x = net.Upsample(x, 2);
  x = net.GlobalAveragePool(net.Prelu(x, "prelu1"));
  x = net.Linear(net.Flatten(x, 8), "last_linear", 4, GraphBuilder::Bias::kNo);
  net.Output(net.L2Normalize(x), "embedding");
  const Graph graph = std::move(net).Build();
  const auto inferred = InferShapes(graph, {{"input", {2, 3, 32, 20}}});
  ASSERT_TRUE(inferred) << inferred.error().message;
  EXPECT_EQ(inferred->types.at("conv1").shape, (Shape{2, 8, 15, 9}));
  EXPECT_EQ(inferred->types.at("maxpool").shape, (Shape{2, 8, 7, 4}));
  EXPECT_EQ(inferred->types.at("resize").shape, (Shape{2, 8, 14, 8}));
  EXPECT_EQ(inferred->types.at("embedding").shape, (Shape{2, 4}));
  EXPECT_EQ(inferred->types.at("conv1.weight").shape, (Shape{8, 3, 3, 3}));
}

TEST(InferShapes, NamesTheLayerAndBothChannelCounts) {
  Graph graph = WithInput({1, 256, 17, 17});
  graph.initializers.emplace("w", Zeros({.shape = {128, 896, 1, 1}}));
  Add(graph, "Conv", {"x", "w"}, "repeat_2.3/conv2d");
  graph.outputs = {{.name = "repeat_2.3/conv2d"}};
  const auto inferred = InferShapes(graph, {});
  ASSERT_FALSE(inferred);
  EXPECT_EQ(inferred.error().code, ErrorCode::kCorruptModel);
  EXPECT_EQ(inferred.error().message,
            "repeat_2.3/conv2d: expects 896 channels, got 256");
}

// torch writes x.view(x.size(0), -1) like this.
TEST(InferShapes, FollowsShapeArithmeticOfTorch) {
  Graph graph = WithInput({kDynamicDim, 6, 4});
  graph.initializers.emplace("zero", Scalar(0));
  graph.initializers.emplace("minus_one", IntList({-1}));
  Add(graph, "Shape", {"x"}, "shape");
  Add(graph, "Gather", {"shape", "zero"}, "batch", {{"axis", std::int64_t{0}}});
  Add(graph, "Unsqueeze", {"batch"}, "batch_list", {{"axes", Ints{0}}});
  Add(graph,
      "Concat",
      {"batch_list", "minus_one"},
      "wanted",
      {{"axis", std::int64_t{0}}});
  Add(graph, "Reshape", {"x", "wanted"}, "y");
  graph.outputs = {{.name = "y"}};
  const auto inferred = InferShapes(graph, {{"x", {5, 6, 4}}});
  ASSERT_TRUE(inferred) << inferred.error().message;
  EXPECT_EQ(inferred->types.at("y").shape, (Shape{5, 24}));
  EXPECT_THAT(inferred->constants.at("wanted").ToInts(), ElementsAre(5, -1));
  EXPECT_FALSE(inferred->constants.contains("minus_one"));
}

// tf2onnx and old torch compute the size of an enlargement in floats.
TEST(InferShapes, FollowsShapeArithmeticInFloats) {
  Graph graph = WithInput({1, 2, 5, 7});
  const float factor = 1.5F;
  graph.initializers.emplace("factor", Tensor::Float({}, {&factor, 1}));
  graph.initializers.emplace("two", IntList({2}));
  graph.initializers.emplace("four", IntList({4}));
  graph.initializers.emplace("leading", IntList({1, 2}));
  Add(graph, "Shape", {"x"}, "shape");
  Add(graph, "Slice", {"shape", "two", "four"}, "size");
  Add(graph, "Cast", {"size"}, "size_f", {{"to", std::int64_t{1}}});
  Add(graph, "Mul", {"size_f", "factor"}, "scaled");
  Add(graph, "Floor", {"scaled"}, "floored");
  Add(graph, "Cast", {"floored"}, "size_i", {{"to", std::int64_t{7}}});
  Add(graph,
      "Concat",
      {"leading", "size_i"},
      "sizes",
      {{"axis", std::int64_t{0}}});
  Add(graph, "Resize", {"x", "", "", "sizes"}, "y");
  graph.outputs = {{.name = "y"}};
  const auto inferred = InferShapes(graph, {});
  ASSERT_TRUE(inferred) << inferred.error().message;
  EXPECT_EQ(inferred->types.at("y").shape, (Shape{1, 2, 7, 10}));
}

// torch writes F.pad in opset 11 like this: zeros for the leading axes, then
// the list reversed and turned.
TEST(InferShapes, FollowsTheComputedPadsOfTorch) {
  Graph graph = WithInput({1, 3, 5, 6});
  graph.initializers.emplace("pads", IntList({1, 2, 3, 4}));
  graph.initializers.emplace("four", IntList({4}));
  graph.initializers.emplace("pair", IntList({-1, 2}));
  graph.initializers.emplace("last", IntList({-1}));
  graph.initializers.emplace(
      "least", IntList({std::numeric_limits<std::int64_t>::min()}));
  graph.initializers.emplace("axis", IntList({0}));
  graph.initializers.emplace("flat", IntList({-1}));
  Add(graph, "ConstantOfShape", {"four"}, "zeros", {{"value", IntList({0})}});
  Add(graph, "Concat", {"pads", "zeros"}, "all", {{"axis", std::int64_t{0}}});
  Add(graph, "Reshape", {"all", "pair"}, "pairs");
  Add(graph, "Slice", {"pairs", "last", "least", "axis", "last"}, "reversed");
  Add(graph, "Transpose", {"reversed"}, "turned", {{"perm", Ints{1, 0}}});
  Add(graph, "Reshape", {"turned", "flat"}, "onnx_pads");
  Add(graph, "Pad", {"x", "onnx_pads"}, "y");
  graph.outputs = {{.name = "y"}};
  const auto inferred = InferShapes(graph, {});
  ASSERT_TRUE(inferred) << inferred.error().message;
  // F.pad(x, (1, 2, 3, 4)): width 1 + 6 + 2, height 3 + 5 + 4.
  EXPECT_EQ(inferred->types.at("y").shape, (Shape{1, 3, 12, 9}));
  EXPECT_THAT(inferred->constants.at("onnx_pads").ToInts(),
              ElementsAre(0, 0, 3, 1, 0, 0, 4, 2));
}

TEST(InferShapes, FollowsComparisonsAndChoices) {
  Graph graph = WithInput({1, 4});
  graph.initializers.emplace("wanted", IntList({-1, 4}));
  graph.initializers.emplace("ones", IntList({1, 1}));
  graph.initializers.emplace("minus", IntList({-1}));
  Add(graph, "Equal", {"wanted", "minus"}, "is_free");
  Add(graph, "Where", {"is_free", "ones", "wanted"}, "target");
  Add(graph, "Expand", {"x", "target"}, "y");
  graph.outputs = {{.name = "y"}};
  const auto inferred = InferShapes(graph, {});
  ASSERT_TRUE(inferred) << inferred.error().message;
  EXPECT_EQ(inferred->types.at("y").shape, (Shape{1, 4}));
  EXPECT_THAT(inferred->constants.at("is_free").ToInts(), ElementsAre(1, 0));
}

TEST(InferShapes, ComputesRangesAndGrids) {
  Graph graph = WithInput({1, 1, 3, 4});
  graph.initializers.emplace("zero", Scalar(0));
  graph.initializers.emplace("one", Scalar(1));
  graph.initializers.emplace("three", Scalar(3));
  Add(graph, "Shape", {"x"}, "shape");
  Add(graph, "Gather", {"shape", "three"}, "width");
  Add(graph, "Range", {"zero", "width", "one"}, "columns");
  graph.outputs = {{.name = "columns"}};
  const auto inferred = InferShapes(graph, {});
  ASSERT_TRUE(inferred) << inferred.error().message;
  EXPECT_THAT(inferred->constants.at("columns").ToInts(),
              ElementsAre(0, 1, 2, 3));
}

TEST(InferShapes, SaysWhenExtentsDependOnTheData) {
  Graph graph = WithInput({4});
  graph.inputs[0].type = DataType::kInt64;
  Add(graph, "ConstantOfShape", {"x"}, "y");
  graph.outputs = {{.name = "y"}};
  const auto inferred = InferShapes(graph, {});
  ASSERT_FALSE(inferred);
  EXPECT_EQ(inferred.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(inferred.error().message,
            "y (ConstantOfShape, opset 13): extents depend on 'x', which is "
            "known only when the network runs");
}

TEST(InferShapes, BoundsWhatAFileCanAskFor) {
  Graph graph = WithInput({1});
  graph.initializers.emplace("huge", IntList({1 << 20, 1 << 20}));
  Add(graph, "ConstantOfShape", {"huge"}, "y");
  graph.outputs = {{.name = "y"}};
  EXPECT_THAT(InferShapes(graph, {}).error().message,
              HasSubstr("y: makes [1048576, 1048576], more than 2147483648"));
  graph.initializers["huge"] =
      IntList({std::int64_t{1} << 62, 0, std::int64_t{1} << 62});
  EXPECT_EQ(InferShapes(graph, {}).error().code, ErrorCode::kCorruptModel);
}

TEST(InferShapes, BoundsTheSumOfAllValues) {
  Graph graph = WithInput({1 << 10, 1 << 10, 1 << 11});
  std::string last = "x";
  for (int i = 0; i < 8; ++i) {
    const std::string next = "y" + std::to_string(i);
    Add(graph, "Relu", {last}, next);
    last = next;
  }
  graph.outputs = {{.name = last}};
  EXPECT_TRUE(InferShapes(graph, {}));
  Add(graph, "Relu", {last}, "y8");
  graph.outputs = {{.name = "y8"}};
  EXPECT_EQ(InferShapes(graph, {}).error().message,
            "y8: brings all values to more than 17179869184 elements");
}

TEST(InferShapes, SurvivesArithmeticWithoutAnAnswer) {
  Graph graph = WithInput({1});
  graph.initializers.emplace("least",
                             Scalar(std::numeric_limits<std::int64_t>::min()));
  graph.initializers.emplace("minus", Scalar(-1));
  graph.initializers.emplace("zero", Scalar(0));
  Add(graph, "Div", {"least", "minus"}, "a");
  Add(graph, "Div", {"minus", "zero"}, "b");
  Add(graph, "Mul", {"least", "least"}, "c");
  graph.outputs = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
  const auto inferred = InferShapes(graph, {});
  ASSERT_TRUE(inferred) << inferred.error().message;
  EXPECT_FALSE(inferred->constants.contains("a"));
  EXPECT_FALSE(inferred->constants.contains("b"));
  EXPECT_TRUE(inferred->constants.contains("c"));
}

TEST(InferShapes, ChecksTheGivenExtents) {
  Graph graph = WithInput({kDynamicDim, 3});
  Add(graph, "Relu", {"x"}, "y");
  graph.outputs = {{.name = "y"}};
  const auto message = [&](const std::map<std::string, Shape>& shapes) {
    const auto inferred = InferShapes(graph, shapes);
    if (inferred) {
      return std::string("no error");
    }
    EXPECT_EQ(inferred.error().code, ErrorCode::kInvalidArgument);
    return inferred.error().message;
  };
  EXPECT_EQ(message({}),
            "input 'x' is [?, 3]; must fit [?, 3] with every extent >= 1");
  EXPECT_EQ(message({{"x", {1, 4}}}),
            "input 'x' is [1, 4]; must fit [?, 3] with every extent >= 1");
  EXPECT_EQ(message({{"x", {0, 3}}}),
            "input 'x' is [0, 3]; must fit [?, 3] with every extent >= 1");
  EXPECT_EQ(message({{"x", {1, 3}}, {"z", {1}}}), "the graph has no input 'z'");
  EXPECT_EQ(message({{"x", {1, 3}}}), "no error");
}

}  // namespace
}  // namespace mien
