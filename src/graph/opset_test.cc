// SPDX-License-Identifier: Apache-2.0
#include "graph/opset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>

namespace mien {
namespace {

using ::testing::ElementsAre;

using Ints = std::vector<std::int64_t>;

Tensor IntList(Ints values) {
  return Tensor::Int64({static_cast<std::int64_t>(values.size())}, values);
}

Tensor FloatList(std::vector<float> values) {
  return Tensor::Float({static_cast<std::int64_t>(values.size())}, values);
}

/// x -> node -> y. Inputs of `node` that start with "c" are constants of
/// `constants`, in order.
Graph OneNode(int opset, Node node, std::vector<Tensor> constants = {}) {
  Graph graph;
  graph.opset = opset;
  graph.inputs = {{.name = "x", .shape = {1, 2, 4, 4}}};
  for (std::size_t i = 0; i < constants.size(); ++i) {
    graph.initializers.emplace("c" + std::to_string(i), constants[i]);
  }
  node.name = "n";
  if (node.outputs.empty()) {
    node.outputs = {"y"};
  }
  for (const std::string& output : node.outputs) {
    graph.outputs.push_back({.name = output});
  }
  graph.nodes = {std::move(node)};
  return graph;
}

/// The canonical form of a graph that stays one node.
Node Canonical(const Graph& graph) {
  const auto result = Canonicalize(graph);
  if (!result) {
    ADD_FAILURE() << result.error().message;
    return {};
  }
  EXPECT_EQ(result->opset, kCanonicalOpset);
  EXPECT_EQ(result->nodes.size(), 1U);
  EXPECT_TRUE(result->Validate());
  return result->nodes[0];
}

std::string ErrorOf(const Graph& graph, ErrorCode code) {
  const auto result = Canonicalize(graph);
  if (result) {
    return "no error";
  }
  EXPECT_EQ(result.error().code, code);
  return result.error().message;
}

TEST(Canonicalize, MovesAxesToAnAttribute) {
  for (const char* op : {"Squeeze", "Unsqueeze", "ReduceSum", "ReduceMean"}) {
    const Node from_input = Canonical(OneNode(
        18, {.op_type = op, .inputs = {"x", "c0"}}, {IntList({0, -1})}));
    EXPECT_THAT(from_input.Ints("axes", {}), ElementsAre(0, -1)) << op;
    EXPECT_THAT(from_input.inputs, ElementsAre("x")) << op;
    const Node from_attribute =
        Canonical(OneNode(11,
                          {.op_type = op,
                           .inputs = {"x"},
                           .attributes = {{"axes", Ints{0, -1}}}}));
    EXPECT_EQ(from_attribute.attributes.size(), from_input.attributes.size());
    EXPECT_THAT(from_attribute.Ints("axes", {}), ElementsAre(0, -1)) << op;
  }
}

TEST(Canonicalize, RefusesComputedAxes) {
  Graph graph = OneNode(13, {.op_type = "Squeeze", .inputs = {"x", "a"}});
  graph.inputs.push_back({.name = "a", .type = DataType::kInt64, .shape = {1}});
  EXPECT_EQ(ErrorOf(graph, ErrorCode::kUnsupported),
            "n (Squeeze, opset 13): input 'a' (axes) must be a constant");
}

TEST(Canonicalize, KnowsTheReductionThatDoesNothing) {
  const Node node = Canonical(
      OneNode(18,
              {.op_type = "ReduceMax",
               .inputs = {"x"},
               .attributes = {{"noop_with_empty_axes", std::int64_t{1}}}}));
  EXPECT_EQ(node.op_type, "Identity");
}

TEST(Canonicalize, MakesClipBoundsAttributes) {
  const Tensor low = Tensor::Float({}, std::vector<float>{-1.0F});
  const Node both =
      Canonical(OneNode(13,
                        {.op_type = "Clip", .inputs = {"x", "c0", "c1"}},
                        {low, FloatList({6.0F})}));
  EXPECT_EQ(both.Float("min", 0), -1.0F);
  EXPECT_EQ(both.Float("max", 0), 6.0F);
  EXPECT_THAT(both.inputs, ElementsAre("x"));
  const Node old = Canonical(OneNode(
      9, {.op_type = "Clip", .inputs = {"x"}, .attributes = {{"max", 6.0F}}}));
  EXPECT_EQ(old.Float("min", 0), std::numeric_limits<float>::lowest());
  EXPECT_EQ(old.Float("max", 0), 6.0F);
}

TEST(Canonicalize, SpellsOutAClipWithComputedBounds) {
  Graph graph = OneNode(13, {.op_type = "Clip", .inputs = {"x", "a", "a"}});
  graph.inputs.push_back({.name = "a", .shape = {}});
  const auto result = Canonicalize(graph);
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->nodes.size(), 2U);
  EXPECT_EQ(result->nodes[0].op_type, "Max");
  EXPECT_EQ(result->nodes[1].op_type, "Min");
  EXPECT_THAT(result->nodes[1].outputs, ElementsAre("y"));
  EXPECT_TRUE(result->Validate());
}

TEST(Canonicalize, ReducesDropoutToItsInput) {
  const Node node = Canonical(OneNode(
      13, {.op_type = "Dropout", .inputs = {"x", "c0"}}, {FloatList({0.6F})}));
  EXPECT_THAT(node.inputs, ElementsAre("x"));
  EXPECT_EQ(node.Float("ratio", 0), 0.6F);
}

TEST(Canonicalize, RefusesAnOutputThatExecutorsDoNotMake) {
  EXPECT_EQ(ErrorOf(OneNode(13,
                            {.op_type = "Dropout",
                             .inputs = {"x"},
                             .outputs = {"y", "mask"}}),
                    ErrorCode::kUnsupported),
            "n (Dropout, opset 13): output 'mask' is used; only the first may "
            "be");
}

TEST(Canonicalize, MovesOldPadAndSliceAttributesToInputs) {
  const auto pad = Canonicalize(
      OneNode(9,
              {.op_type = "Pad",
               .inputs = {"x"},
               .attributes = {{"pads", Ints{0, 0, 1, 1, 0, 0, 1, 1}},
                              {"value", 2.0F}}}));
  ASSERT_TRUE(pad) << pad.error().message;
  const Node& padding = pad->nodes[0];
  ASSERT_EQ(padding.inputs.size(), 4U);
  EXPECT_THAT(pad->FindInitializer(padding.inputs[1])->ToInts(),
              ElementsAre(0, 0, 1, 1, 0, 0, 1, 1));
  EXPECT_THAT(pad->FindInitializer(padding.inputs[2])->ToFloats(),
              ElementsAre(2.0F));
  EXPECT_EQ(padding.inputs[3], "");
  EXPECT_EQ(padding.String("mode", ""), "constant");

  const auto slice = Canonicalize(OneNode(
      9,
      {.op_type = "Slice",
       .inputs = {"x"},
       .attributes = {
           {"starts", Ints{1}}, {"ends", Ints{3}}, {"axes", Ints{2}}}}));
  ASSERT_TRUE(slice) << slice.error().message;
  const Node& slicing = slice->nodes[0];
  ASSERT_EQ(slicing.inputs.size(), 5U);
  EXPECT_THAT(slice->FindInitializer(slicing.inputs[3])->ToInts(),
              ElementsAre(2));
  EXPECT_EQ(slicing.inputs[4], "");
}

TEST(Canonicalize, WritesEveryUpsamplingAsResize) {
  const std::vector<float> scales = {1, 1, 2, 2};
  const Graph attribute = OneNode(
      7,
      {.op_type = "Upsample",
       .inputs = {"x"},
       .attributes = {{"scales", scales}, {"mode", std::string("nearest")}}});
  const Graph input = OneNode(
      9, {.op_type = "Upsample", .inputs = {"x", "c0"}}, {FloatList(scales)});
  const Graph resize = OneNode(
      10, {.op_type = "Resize", .inputs = {"x", "c0"}}, {FloatList(scales)});
  for (const Graph& graph : {attribute, input, resize}) {
    const auto result = Canonicalize(graph);
    ASSERT_TRUE(result) << result.error().message;
    const Node& node = result->nodes[0];
    EXPECT_EQ(node.op_type, "Resize");
    ASSERT_EQ(node.inputs.size(), 4U);
    EXPECT_THAT(result->FindInitializer(node.inputs[2])->ToFloats(),
                ElementsAre(1, 1, 2, 2));
    EXPECT_EQ(node.String("coordinate_transformation_mode", ""), "asymmetric");
    EXPECT_EQ(node.String("nearest_mode", ""), "floor");
  }
}

TEST(Canonicalize, DropsResizeInputsWithoutElements) {
  const Node node =
      Canonical(OneNode(11,
                        {.op_type = "Resize",
                         .inputs = {"x", "c0", "c0", "c1"},
                         .attributes = {{"mode", std::string("linear")}}},
                        {FloatList({}), IntList({1, 2, 8, 8})}));
  EXPECT_THAT(node.inputs, ElementsAre("x", "", "", "c1"));
  EXPECT_EQ(node.String("coordinate_transformation_mode", ""), "half_pixel");
}

TEST(Canonicalize, RefusesResizeFormsThatNoExecutorRuns) {
  EXPECT_EQ(
      ErrorOf(OneNode(11,
                      {.op_type = "Resize",
                       .inputs = {"x", "", "c0"},
                       .attributes = {{"coordinate_transformation_mode",
                                       std::string("tf_crop_and_resize")}}},
                      {FloatList({1, 1, 2, 2})}),
              ErrorCode::kUnsupported),
      "n (Resize, opset 11): coordinate_transformation_mode "
      "'tf_crop_and_resize' is not supported");
}

TEST(Canonicalize, MovesSplitToAnAttribute) {
  const Node node =
      Canonical(OneNode(13,
                        {.op_type = "Split",
                         .inputs = {"x", "c0"},
                         .outputs = {"a", "b"},
                         .attributes = {{"axis", std::int64_t{2}}}},
                        {IntList({1, 3})}));
  EXPECT_THAT(node.Ints("split", {}), ElementsAre(1, 3));
  EXPECT_EQ(node.Int("axis", 0), 2);
}

TEST(Canonicalize, SpellsOutTheFlatteningOfOldSoftmax) {
  const auto result =
      Canonicalize(OneNode(11, {.op_type = "Softmax", .inputs = {"x"}}));
  ASSERT_TRUE(result) << result.error().message;
  std::vector<std::string> ops;
  for (const Node& node : result->nodes) {
    ops.push_back(node.op_type);
  }
  EXPECT_THAT(ops, ElementsAre("Shape", "Flatten", "Softmax", "Reshape"));
  EXPECT_EQ(result->nodes[1].Int("axis", 9), 1);
  EXPECT_EQ(result->nodes[2].Int("axis", 9), -1);
  EXPECT_THAT(result->nodes[3].outputs, ElementsAre("y"));
  EXPECT_TRUE(result->Validate());

  EXPECT_EQ(Canonical(OneNode(13, {.op_type = "Softmax", .inputs = {"x"}}))
                .Int("axis", 9),
            -1);
}

TEST(Canonicalize, TurnsHalfPrecisionIntoFloat32) {
  const std::uint16_t one = 0x3C00;  // IEEE 754 binary16
  std::vector<std::byte> bytes(2);
  std::memcpy(bytes.data(), &one, 2);
  Graph graph = OneNode(13,
                        {.op_type = "Add", .inputs = {"x", "c0"}},
                        {Tensor(DataType::kFloat16, {1}, bytes)});
  graph.inputs[0].type = DataType::kFloat16;
  const auto result = Canonicalize(graph);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->inputs[0].type, DataType::kFloat32);
  EXPECT_THAT(result->initializers.at("c0").values<float>(), ElementsAre(1.0F));
  const Node cast =
      Canonical(OneNode(13,
                        {.op_type = "Cast",
                         .inputs = {"x"},
                         .attributes = {{"to", std::int64_t{10}}}}));
  EXPECT_EQ(cast.Int("to", 0), 1);
}

TEST(Canonicalize, NamesAnUnknownOperatorWithTheFilesOpset) {
  EXPECT_EQ(
      ErrorOf(
          OneNode(11, {.op_type = "NonMaxSuppression", .inputs = {"x", "x"}}),
          ErrorCode::kUnsupported),
      "n (NonMaxSuppression, opset 11): operator is not supported");
}

TEST(Canonicalize, CountsInputs) {
  EXPECT_EQ(ErrorOf(OneNode(13, {.op_type = "Conv", .inputs = {"x"}}),
                    ErrorCode::kCorruptModel),
            "n (Conv, opset 13): has 1 inputs; must be 2 to 3");
  EXPECT_EQ(ErrorOf(OneNode(13, {.op_type = "Add", .inputs = {"x", ""}}),
                    ErrorCode::kCorruptModel),
            "n (Add, opset 13): input 1 is left out");
}

TEST(Canonicalize, LeavesOutWhatReachesNoOutput) {
  Graph graph = OneNode(13, {.op_type = "Relu", .inputs = {"x"}});
  graph.nodes.push_back({.name = "dead",
                         .op_type = "NonMaxSuppression",
                         .inputs = {"x"},
                         .outputs = {"z"}});
  graph.initializers.emplace("unused", Tensor());
  const auto result = Canonicalize(graph);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->nodes.size(), 1U);
  EXPECT_TRUE(result->initializers.empty());
}

TEST(Canonicalize, LeavesACanonicalGraphAsItIs) {
  const auto once = Canonicalize(OneNode(
      9, {.op_type = "Clip", .inputs = {"x"}, .attributes = {{"max", 6.0F}}}));
  ASSERT_TRUE(once);
  const auto twice = Canonicalize(*once);
  ASSERT_TRUE(twice) << twice.error().message;
  EXPECT_EQ(twice->nodes[0].inputs, once->nodes[0].inputs);
  EXPECT_EQ(twice->nodes[0].attributes.size(),
            once->nodes[0].attributes.size());
}

TEST(Canonicalize, PassesOperatorsOfTheRuntime) {
  EXPECT_EQ(Canonical(OneNode(13,
                              {.op_type = "FusedConv",
                               .domain = std::string(kMienDomain),
                               .inputs = {"x", "c0", ""}},
                              {Tensor()}))
                .inputs.size(),
            3U);
}

}  // namespace
}  // namespace mien
