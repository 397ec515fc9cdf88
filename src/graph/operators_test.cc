// SPDX-License-Identifier: Apache-2.0
//
// Extents of every supported operator. Expected ones are those of PyTorch,
// NumPy or the ONNX specification.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "graph/canonical/rewriter.h"
#include "graph/onnx_io.h"
#include "graph/operator_samples.h"
#include "graph/opset.h"
#include "graph/shape_inference.h"

namespace mien {
namespace {

using ::testing::HasSubstr;

TEST(Operators, HaveTheExtentsOfTheirDefinition) {
  for (const OperatorSample& sample : OperatorSamples()) {
    const auto inferred = InferShapes(SampleGraph(sample), {});
    ASSERT_TRUE(inferred) << sample.op_type << inferred.error().message;
    const ValueType& y = inferred->types.at("y0");
    EXPECT_EQ(y.shape, sample.y) << sample.op_type;
    EXPECT_EQ(y.type, sample.y_type) << sample.op_type;
  }
}

TEST(Operators, ComeBackFromAFile) {
  for (const OperatorSample& sample : OperatorSamples()) {
    const Graph graph = SampleGraph(sample);
    const auto bytes = SerializeOnnx(graph);
    ASSERT_TRUE(bytes) << sample.op_type << bytes.error().message;
    const auto again = ParseOnnx(*bytes);
    ASSERT_TRUE(again) << sample.op_type << again.error().message;
    EXPECT_EQ(ModelId(*again), ModelId(graph)) << sample.op_type;
  }
}

TEST(Operators, AllHaveASample) {
  std::set<std::string> sampled = {"Constant",
                                   "ConstantOfShape",
                                   "Range",
                                   "QuantizeLinear",
                                   "DequantizeLinear"};
  for (const OperatorSample& sample : OperatorSamples()) {
    sampled.insert(sample.op_type);
  }
  for (const std::string& op_type : sampled) {
    EXPECT_TRUE(IsSupportedOperator(op_type)) << op_type;
  }
  EXPECT_EQ(sampled.size(), NumOperatorRules());
}

/// The message for an operator on x and constants.
std::string MessageOf(const OperatorSample& sample) {
  const auto inferred = InferShapes(SampleGraph(sample), {});
  return inferred ? "no error" : inferred.error().message;
}

TEST(Operators, NameInputsThatDoNotFit) {
  using samples::Filled;
  using samples::Ints;
  const Shape none;
  EXPECT_EQ(MessageOf({"Add", {2, 3}, none, {Filled({4})}}),
            "node: cannot broadcast [2, 3] and [4]");
  EXPECT_EQ(MessageOf({"MatMul", {2, 3}, none, {Filled({4, 2})}}),
            "node: cannot multiply [2, 3] and [4, 2]");
  EXPECT_EQ(MessageOf({"Gemm", {2, 3}, none, {Filled({3, 4}), Filled({5})}}),
            "node: cannot broadcast [2, 4] and [5]");
  EXPECT_EQ(MessageOf({"Reshape", {2, 3}, none, {Ints({4, -1})}}),
            "node: cannot reshape [2, 3] to [4, ?]");
  EXPECT_EQ(MessageOf({"Expand", {2, 3}, none, {Ints({4, 3})}}),
            "node: cannot broadcast [2, 3] and [4, 3]");
  EXPECT_EQ(MessageOf({"Gather", {2, 3}, none, {Ints({2})}}),
            "node: index 2 is beyond axis 0 of [2, 3]");
  EXPECT_EQ(MessageOf({"Tile", {2, 3}, none, {Ints({2})}}),
            "node: has 1 repeats for [2, 3]");
  EXPECT_EQ(MessageOf({"PRelu", {1, 3, 2, 2}, none, {Filled({4, 1, 1})}}),
            "node: expects 1 or 3 slopes, got [4, 1, 1]");
  EXPECT_EQ(MessageOf({"TopK", {2, 3}, none, {Ints({4})}}),
            "node: cannot take [4] of axis 1 of [2, 3]");
  EXPECT_EQ(MessageOf({"Conv", {1, 3, 8}, none, {Filled({4, 3, 3})}}),
            "node (Conv, opset 13): works on [N, C, H, W], got [1, 3, 8]");
  EXPECT_EQ(
      MessageOf(
          {"Conv", {1, 3, 8, 8}, none, {Filled({4, 3, 3, 3}), Filled({5})}}),
      "node: expects [4] for 'c2', got [5]");
  EXPECT_EQ(MessageOf({"Pad", {2, 3}, none, {Ints({1, 1})}}),
            "node: has 2 pads; must be 4");
  EXPECT_EQ(MessageOf({"Relu", {2}, none, {}, {}, 13, 1, DataType::kBool}),
            "node: expects float32 or int64 or int32, got bool");
}

/// "DequantizeLinear(QuantizeLinear(x [2, 3, 4]))" with `steps` scales and zero
/// points of `type` along axis 1.
Graph QuantizedGraph(std::int64_t steps, DataType type) {
  const std::vector<std::int64_t> zeros(static_cast<std::size_t>(steps));
  Graph graph;
  graph.inputs = {{.name = "x", .shape = {2, 3, 4}}};
  graph.outputs = {{.name = "y"}};
  graph.initializers = {{"scale", samples::Filled({steps})},
                        {"zero", Tensor::Integers(type, {steps}, zeros)}};
  graph.nodes = {{.op_type = "QuantizeLinear",
                  .inputs = {"x", "scale", "zero"},
                  .outputs = {"q"}},
                 {.op_type = "DequantizeLinear",
                  .inputs = {"q", "scale", "zero"},
                  .outputs = {"y"}}};
  return graph;
}

TEST(Operators, QuantizeToTheTypeOfTheZeroPoint) {
  for (const std::int64_t steps : {1, 3}) {
    for (const DataType type : {DataType::kInt8, DataType::kUint8}) {
      const auto inferred = InferShapes(QuantizedGraph(steps, type), {});
      ASSERT_TRUE(inferred) << inferred.error().message;
      EXPECT_EQ(inferred->types.at("q"), (ValueType{type, {2, 3, 4}}));
      EXPECT_EQ(inferred->types.at("y"),
                (ValueType{DataType::kFloat32, {2, 3, 4}}));
    }
  }
}

TEST(Operators, RefuseScalesThatDoNotFitTheAxis) {
  const auto inferred = InferShapes(QuantizedGraph(2, DataType::kInt8), {});
  ASSERT_FALSE(inferred);
  EXPECT_EQ(inferred.error().message,
            "q: has 2 scales for axis 1 of [2, 3, 4]");
}

TEST(Operators, CheckTheirAxes) {
  const Shape none;
  for (const char* op : {"Softmax", "ArgMax", "Split", "LpNormalization"}) {
    OperatorSample sample{op, {2, 3}, none};
    sample.attributes = {{"axis", std::int64_t{2}}};
    EXPECT_EQ(MessageOf(sample), "node: axis 2 is not in [-2, 1]") << op;
  }
  OperatorSample transpose{"Transpose", {2, 3}, none};
  transpose.attributes = {{"perm", std::vector<std::int64_t>{0, 0}}};
  EXPECT_THAT(MessageOf(transpose), HasSubstr("is no order of the axes"));
}

}  // namespace
}  // namespace mien
