// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/fold_constants.h"

#include "runtime/passes/graph_case.h"
#include "runtime/passes/pass.h"

namespace mien {
namespace {

TEST(FoldConstants, ReplacesArithmeticOnConstants) {
  const Graph after = Rewritten(FoldConstants,
                                MakeGraph({2},
                                          {2},
                                          {Op("Mul", {"a", "a"}, "b"),
                                           Op("Neg", {"b"}, "c"),
                                           Op("Add", {"x", "c"}, "y")},
                                          {{"a", Floats({2}, {2, 3})}}));
  EXPECT_EQ(OpTypes(after), (OpList{"Add"}));
  EXPECT_EQ(after.initializers.at("c").ToFloats(),
            (std::vector<float>{-4, -9}));
}

TEST(FoldConstants, KeepsAConstantOutput) {
  Graph before =
      MakeGraph({1}, {1}, {Op("Neg", {"a"}, "y")}, {{"a", Floats({1}, {2})}});
  const Graph after = Rewritten(FoldConstants, before);
  EXPECT_TRUE(after.nodes.empty());
  EXPECT_EQ(after.initializers.at("y").ToFloats(), (std::vector<float>{-2}));
}

TEST(FoldConstants, LeavesWhatWouldGrowBeyondItsBudget) {
  const Graph before =
      MakeGraph({1},
                {1},
                {Op("Expand", {"a", "shape"}, "b"),
                 Op("ReduceSum", {"b"}, "c"),
                 Op("Add", {"x", "c"}, "y")},
                {{"a", Floats({1}, {1})}, {"shape", Ints({1 << 25})}});
  const auto after = FoldConstants(before);
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(OpTypes(*after), (OpList{"Expand", "ReduceSum", "Add"}));
}

TEST(FoldConstants, LeavesWhatCannotBeEvaluated) {
  const Graph before = MakeGraph(
      {1},
      {1},
      {Op("Reshape", {"a", "shape"}, "b"), Op("Add", {"x", "b"}, "y")},
      {{"a", Floats({1}, {1})}, {"shape", Ints({7})}});
  const auto after = FoldConstants(before);
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(OpTypes(*after), (OpList{"Reshape", "Add"}));
}

/// Adds dequantized [2, 2] weights.
Graph DequantizedAddend(std::map<std::string, Tensor> parameters,
                        std::int64_t axis) {
  parameters.emplace(
      "q",
      Tensor::Integers(
          DataType::kInt8, {2, 2}, std::vector<std::int64_t>{127, -3, 5, 0}));
  std::vector<std::string> inputs = {"q", "steps"};
  if (parameters.contains("zeros")) {
    inputs.emplace_back("zeros");
  }
  return MakeGraph({2, 2},
                   {2, 2},
                   {Op("DequantizeLinear", inputs, "w", {{"axis", axis}}),
                    Op("Add", {"x", "w"}, "y")},
                   std::move(parameters));
}

Tensor ZeroPoints(std::vector<std::int64_t> values) {
  return Tensor::Integers(DataType::kInt8, {std::ssize(values)}, values);
}

TEST(FoldConstants, KeepsIntegerWeightsAsTheyAreStored) {
  for (const auto& [parameters, expected] :
       {std::pair<std::map<std::string, Tensor>, std::vector<float>>{
            {{"steps", Floats({2}, {0.1F, 2})}, {"zeros", ZeroPoints({0, 0})}},
            {127 * 0.1F, -3 * 0.1F, 10, 0}},
        {{{"steps", Floats({}, {0.3F})}},
         {127 * 0.3F, -3 * 0.3F, 5 * 0.3F, 0}}}) {
    const Graph after =
        Rewritten(FoldConstants, DequantizedAddend(parameters, 0));
    EXPECT_EQ(OpTypes(after), (OpList{"Add"}));
    const Tensor& weights = after.initializers.at("w");
    EXPECT_EQ(weights.stored().type, DataType::kInt8);
    EXPECT_EQ(weights.ToFloats(), expected);
  }
}

TEST(FoldConstants, ComputesIntegerWeightsWithZeroPointsOrStepsOfColumns) {
  const Graph shifted = Rewritten(
      FoldConstants,
      DequantizedAddend(
          {{"steps", Floats({2}, {1, 2})}, {"zeros", ZeroPoints({0, 1})}}, 0));
  EXPECT_EQ(shifted.initializers.at("w").ToFloats(),
            (std::vector<float>{127, -3, 8, -2}));
  const Graph by_column = Rewritten(
      FoldConstants, DequantizedAddend({{"steps", Floats({2}, {1, 2})}}, 1));
  EXPECT_EQ(by_column.initializers.at("w").ToFloats(),
            (std::vector<float>{127, -6, 5, 0}));
}

/// Reshapes by arithmetic on its own shape, as exporters write it.
Graph ShapeArithmetic() {
  return MakeGraph(
      {kDynamicDim, 2, 3},
      {kDynamicDim, 6},
      {Op("Shape", {"x"}, "shape"),
       Op("Gather", {"shape", "zero"}, "n"),
       Op("Unsqueeze", {"n", "axis"}, "n1"),
       Op("Concat", {"n1", "rest"}, "to", {{"axis", std::int64_t{0}}}),
       Op("Reshape", {"x", "to"}, "y")},
      {{"zero", Tensor::Int64({}, std::vector<std::int64_t>{0})},
       {"axis", Ints({0})},
       {"rest", Ints({-1})}});
}

TEST(Specialize, FixesInputsAndShapeArithmetic) {
  const Graph before = ShapeArithmetic();
  const auto after = Specialize(before, {{"x", {4, 2, 3}}});
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(OpTypes(*after), (OpList{"Reshape"}));
  EXPECT_EQ(after->inputs.front().shape, (Shape{4, 2, 3}));
  EXPECT_EQ(after->outputs.front().shape, (Shape{4, 6}));
  EXPECT_EQ(Answers(*after).at("y").shape(), (Shape{4, 6}));
}

TEST(Specialize, StatesTheTypeThatAnOutputReallyHas) {
  Graph before = MakeGraph({2}, {1}, {Op("Shape", {"x"}, "y")});
  before.outputs.front().type = DataType::kInt8;
  const auto after = Specialize(before, {});
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(after->outputs.front().type, DataType::kInt64);
}

TEST(Specialize, NeedsEveryDynamicInput) {
  const auto after = Specialize(ShapeArithmetic(), {});
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace mien
