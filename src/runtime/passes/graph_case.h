// SPDX-License-Identifier: Apache-2.0
//
// Helpers of the passes' tests: small graphs, their operators, their answers.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "graph/graph.h"
#include "runtime/reference/reference_executor.h"

namespace mien {

inline Tensor Floats(Shape shape, std::initializer_list<float> values) {
  return Tensor::Float(std::move(shape), std::vector<float>(values));
}

inline Tensor Ints(std::initializer_list<std::int64_t> values) {
  return Tensor::Int64({static_cast<std::int64_t>(values.size())},
                       std::vector<std::int64_t>(values));
}

/// Values between -2 and 2, of both signs and never 0, that differ from each
/// other near by.
inline Tensor Wavy(Shape shape, float phase = 0.0F) {
  std::vector<float> values(static_cast<std::size_t>(NumElements(shape)));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = 2.0F * std::sin(static_cast<float>(i) * 1.7F + phase + 0.3F);
  }
  return Tensor::Float(std::move(shape), values);
}

/// A node called as its first output.
inline Node Op(std::string op_type,
               std::vector<std::string> inputs,
               std::string output,
               std::map<std::string, Attribute> attributes = {},
               std::string domain = {}) {
  return {.name = output,
          .op_type = std::move(op_type),
          .domain = std::move(domain),
          .inputs = std::move(inputs),
          .outputs = {output},
          .attributes = std::move(attributes)};
}

/// A graph from the input "x" to the output "y".
inline Graph MakeGraph(Shape x,
                       Shape y,
                       std::vector<Node> nodes,
                       std::map<std::string, Tensor> constants = {}) {
  Graph graph;
  graph.inputs = {{.name = "x", .shape = std::move(x)}};
  graph.outputs = {{.name = "y", .shape = std::move(y)}};
  graph.nodes = std::move(nodes);
  graph.initializers = std::move(constants);
  return graph;
}

/// The operators of `graph` in order.
inline std::vector<std::string> OpTypes(const Graph& graph) {
  std::vector<std::string> op_types;
  for (const Node& node : graph.nodes) {
    op_types.push_back(node.op_type);
  }
  return op_types;
}

using OpList = std::vector<std::string>;

inline std::map<std::string, Tensor> Answers(const Graph& graph) {
  const auto answers =
      RunReference(graph, {{"x", Wavy(graph.inputs.front().shape)}});
  if (!answers) {
    ADD_FAILURE() << answers.error().message;
    return {};
  }
  return *answers;
}

/// Runs both graphs on the same numbers.
inline void ExpectSameAnswers(const Graph& before, const Graph& after) {
  constexpr float kTolerance = 1e-5F;
  const auto expected = Answers(before);
  const auto actual = Answers(after);
  ASSERT_EQ(actual.size(), expected.size());
  for (const auto& [name, tensor] : expected) {
    ASSERT_TRUE(actual.contains(name)) << name;
    ASSERT_EQ(actual.at(name).shape(), tensor.shape()) << name;
    const std::vector<float> want = tensor.ToFloats();
    const std::vector<float> got = actual.at(name).ToFloats();
    for (std::size_t i = 0; i < want.size(); ++i) {
      EXPECT_NEAR(got[i], want[i], kTolerance) << name << " element " << i;
    }
  }
}

/// The pass's result, after checking that it keeps the answers.
inline Graph Rewritten(Result<Graph> (*pass)(const Graph&),
                       const Graph& before) {
  auto after = pass(before);
  if (!after) {
    ADD_FAILURE() << after.error().message;
    return before;
  }
  EXPECT_TRUE(after->Validate()) << after->Validate().error().message;
  ExpectSameAnswers(before, *after);
  return *std::move(after);
}

}  // namespace mien
