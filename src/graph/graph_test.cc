// SPDX-License-Identifier: Apache-2.0
#include "graph/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using ::testing::ElementsAre;

Node MakeNode(std::string op,
              std::vector<std::string> inputs,
              std::vector<std::string> outputs) {
  return {.name = outputs[0],
          .op_type = std::move(op),
          .inputs = std::move(inputs),
          .outputs = std::move(outputs)};
}

/// x -> Relu -> a -> Add(a, w) -> y
Graph SmallGraph() {
  Graph graph;
  graph.inputs = {{.name = "x", .shape = {1, 2}}};
  graph.initializers.emplace("w", Tensor());
  graph.nodes = {MakeNode("Relu", {"x"}, {"a"}),
                 MakeNode("Add", {"a", "w"}, {"y"})};
  graph.outputs = {{.name = "y"}};
  return graph;
}

TEST(Node, ReturnsTheFallbackForAnotherType) {
  const Node node{.op_type = "Conv",
                  .attributes = {{"group", std::int64_t{4}},
                                 {"pads", std::vector<std::int64_t>{1, 2}}}};
  EXPECT_EQ(node.Int("group", 1), 4);
  EXPECT_EQ(node.Int("pads", 9), 9);
  EXPECT_EQ(node.Float("group", 0.5F), 0.5F);
  EXPECT_THAT(node.Ints("pads", {}), ElementsAre(1, 2));
  EXPECT_TRUE(node.Has("group"));
  EXPECT_FALSE(node.Has("strides"));
}

TEST(Node, HasNoNameForAMissingInput) {
  EXPECT_EQ(MakeNode("Relu", {"x"}, {"y"}).Input(3), "");
}

TEST(Graph, FindsProducersAndConsumers) {
  const Graph graph = SmallGraph();
  EXPECT_EQ(graph.Producer("a"), 0U);
  EXPECT_EQ(graph.Producer("x"), std::nullopt);
  EXPECT_THAT(graph.Consumers("a"), ElementsAre(1U));
  EXPECT_TRUE(graph.IsOutput("y"));
  EXPECT_NE(graph.FindInitializer("w"), nullptr);
  EXPECT_EQ(graph.FindInitializer("a"), nullptr);
}

TEST(GraphValidate, AcceptsAGraphInOrder) {
  EXPECT_TRUE(SmallGraph().Validate());
}

TEST(GraphValidate, NamesAValueUsedBeforeItIsMade) {
  Graph graph = SmallGraph();
  std::swap(graph.nodes[0], graph.nodes[1]);
  const auto valid = graph.Validate();
  ASSERT_FALSE(valid);
  EXPECT_EQ(valid.error().code, ErrorCode::kCorruptModel);
  EXPECT_EQ(valid.error().message,
            "y (Add, opset 13): input 'a' is no input, constant or result of "
            "an earlier node");
}

TEST(GraphValidate, NamesAValueMadeTwice) {
  Graph graph = SmallGraph();
  graph.nodes[1].outputs = {"a"};
  EXPECT_EQ(graph.Validate().error().message,
            "y (Add, opset 13): output 'a' is made twice");
}

TEST(GraphValidate, NamesAnOutputThatNothingMakes) {
  Graph graph = SmallGraph();
  graph.outputs[0].name = "z";
  EXPECT_EQ(graph.Validate().error().message,
            "graph output 'z' is made by no node");
}

TEST(GraphValidate, RefusesAnInputThatIsAConstantToo) {
  Graph graph = SmallGraph();
  graph.inputs[0].name = "w";
  EXPECT_EQ(graph.Validate().error().message,
            "graph input 'w' has no name, or that of another value");
}

TEST(DescribeNode, NamesNodeOperatorAndOpset) {
  EXPECT_EQ(DescribeNode(MakeNode("Relu", {"x"}, {"y"}), 11),
            "y (Relu, opset 11)");
  EXPECT_EQ(
      DescribeNode({.op_type = "Foo", .domain = "ai.x", .outputs = {"v"}}, 9),
      "v (ai.x.Foo, opset 9)");
}

}  // namespace
}  // namespace mien
