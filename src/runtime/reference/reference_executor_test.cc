// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/reference_executor.h"

#include "runtime/reference/node_case.h"

namespace mien {
namespace {

/// y = relu(x + c), z = x + c
Graph SmallGraph() {
  Graph graph;
  graph.inputs = {{.name = "x", .shape = {kDynamicDim}}};
  graph.outputs = {{.name = "y", .shape = {kDynamicDim}}};
  graph.initializers = {{"c", Floats({1}, {-2.0F})}};
  graph.nodes = {
      {.name = "add", .op_type = "Add", .inputs = {"x", "c"}, .outputs = {"z"}},
      {.name = "relu", .op_type = "Relu", .inputs = {"z"}, .outputs = {"y"}},
      {.name = "odd", .op_type = "Odd", .inputs = {"z"}, .outputs = {"w"}}};
  return graph;
}

TEST(RunReference, GivesTheOutputsOfAGraph) {
  const auto values = RunReference(SmallGraph(), {{"x", Counted({4})}});
  ASSERT_TRUE(values) << values.error().message;
  ASSERT_EQ(values->size(), 1U);
  ExpectFloats(values->at("y"), {4}, {0, 0, 0, 1});
}

TEST(RunReference, GivesValuesInsideOnRequest) {
  const std::string wanted[] = {"z", "x", "c"};
  const auto values = RunReference(SmallGraph(), {{"x", Counted({2})}}, wanted);
  ASSERT_TRUE(values) << values.error().message;
  ExpectFloats(values->at("z"), {2}, {-2, -1});
  ExpectFloats(values->at("x"), {2}, {0, 1});
  ExpectFloats(values->at("c"), {1}, {-2});
}

TEST(RunReference, NamesAMissingInput) {
  const auto values = RunReference(SmallGraph(), {});
  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(values.error().message, "input x is missing");
}

TEST(RunReference, RefusesAnInputOfAnotherRank) {
  const auto values = RunReference(SmallGraph(), {{"x", Counted({2, 2})}});
  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().message,
            "input x is float32 [2, 2]; must be float32 [?]");
}

TEST(RunReference, RefusesAValueThatIsNotThere) {
  const std::string wanted[] = {"q"};
  const auto values = RunReference(SmallGraph(), {{"x", Counted({2})}}, wanted);
  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().message, "the graph has no value called q");
}

TEST(RunReference, NamesTheNodeThatItCannotRun) {
  const std::string wanted[] = {"w"};
  const auto values = RunReference(SmallGraph(), {{"x", Counted({2})}}, wanted);
  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(values.error().message,
            "odd (Odd, opset 13): operator is not supported");
}

TEST(EvaluateNode, NamesAMissingOperand) {
  EXPECT_EQ(FailureOf({.op_type = "Conv", .inputs = {Counted({1, 1, 2, 2})}}),
            "node (Conv, opset 13): input 1 is missing");
}

TEST(EvaluateNode, RefusesAnOutputThatItDoesNotCompute) {
  EXPECT_EQ(
      FailureOf(
          {.op_type = "Relu", .inputs = {Counted({1})}, .num_outputs = 2}),
      "node (Relu, opset 13): output 1");
}

TEST(EvaluateNode, KeepsFusedOperatorsInTheirDomain) {
  EXPECT_EQ(FailureOf({.op_type = "FusedGemm",
                       .inputs = {Counted({1, 1}), Counted({1, 1})}}),
            "node (FusedGemm, opset 13): the operator is not supported");
}

TEST(EvaluateNode, RefusesMoreElementsThanAllowed) {
  NodeCase expand = {.op_type = "Expand",
                     .inputs = {Counted({1}), Ints({1000, 1000})}};
  expand.options.max_elements = 1000;
  EXPECT_EQ(FailureOf(expand),
            "node (Expand, opset 13): shape [1000, 1000] has more than 1000 "
            "elements");
}

TEST(EvaluateNode, RefusesAnEmptyTensorOfAbsurdExtents) {
  EXPECT_EQ(FailureOf({.op_type = "Expand",
                       .inputs = {Counted({1}), Ints({0, 1 << 23})}}),
            "node (Expand, opset 13): shape [0, 8388608] is empty, yet has "
            "more than 4194304 places beside the zero");
}

}  // namespace
}  // namespace mien
