// SPDX-License-Identifier: Apache-2.0
//
// Helpers of the tests: evaluate one node and look at the numbers.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/reference/reference_executor.h"

namespace mien {

inline Tensor Floats(Shape shape, std::initializer_list<float> values) {
  return Tensor::Float(std::move(shape), std::vector<float>(values));
}

inline Tensor Ints(std::initializer_list<std::int64_t> values) {
  return Tensor::Int64({static_cast<std::int64_t>(values.size())},
                       std::vector<std::int64_t>(values));
}

inline Tensor IntScalar(std::int64_t value) {
  return Tensor::Int64({}, std::vector<std::int64_t>{value});
}

/// 0, 1, 2, ... in row-major order.
inline Tensor Counted(Shape shape) {
  std::vector<float> values(static_cast<std::size_t>(NumElements(shape)));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(i);
  }
  return Tensor::Float(std::move(shape), values);
}

/// A node to evaluate; designated initialisers name what matters.
struct NodeCase {
  std::string op_type;

  /// A pair of false and anything is an input that is left out.
  std::vector<std::optional<Tensor>> inputs;
  std::map<std::string, Attribute> attributes = {};
  int opset = kDefaultOpset;
  std::size_t num_outputs = 1;
  std::string domain = {};
  ReferenceOptions options = {};
};

inline Result<std::vector<Tensor>> Evaluate(const NodeCase& node_case) {
  Node node{.name = "node",
            .op_type = node_case.op_type,
            .domain = node_case.domain,
            .inputs = {},
            .outputs = {},
            .attributes = node_case.attributes};
  std::vector<const Tensor*> inputs;
  for (const auto& input : node_case.inputs) {
    node.inputs.push_back(input ? "in" + std::to_string(inputs.size()) : "");
    inputs.push_back(input ? &*input : nullptr);
  }
  for (std::size_t i = 0; i < node_case.num_outputs; ++i) {
    node.outputs.push_back("out" + std::to_string(i));
  }
  return EvaluateNode(node, node_case.opset, inputs, node_case.options);
}

/// The first output; an empty tensor [0] and a failed test when there is none.
inline Tensor Output(const NodeCase& node_case) {
  auto outputs = Evaluate(node_case);
  if (!outputs) {
    ADD_FAILURE() << outputs.error().message;
    return Tensor::Float({0}, {});
  }
  return outputs->front();
}

inline void ExpectFloats(const Tensor& actual,
                         const Shape& shape,
                         const std::vector<float>& values,
                         float tolerance = 1e-6F) {
  EXPECT_EQ(actual.type(), DataType::kFloat32);
  ASSERT_EQ(actual.shape(), shape);
  const auto actual_values = actual.values<float>();
  ASSERT_EQ(actual_values.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_NEAR(actual_values[i], values[i], tolerance) << "element " << i;
  }
}

inline void ExpectInts(const Tensor& actual,
                       const Shape& shape,
                       const std::vector<std::int64_t>& values) {
  ASSERT_EQ(actual.shape(), shape);
  EXPECT_EQ(actual.ToInts(), values);
}

inline std::string FailureOf(const NodeCase& node_case) {
  const auto outputs = Evaluate(node_case);
  return outputs ? "none" : outputs.error().message;
}

}  // namespace mien
