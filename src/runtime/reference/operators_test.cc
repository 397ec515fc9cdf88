// SPDX-License-Identifier: Apache-2.0
//
// Every operator and form that graphs may hold runs, has the extents that shape
// inference states, and keeps its answers through the passes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "graph/operator_samples.h"
#include "runtime/passes/pass.h"
#include "runtime/reference/numbers.h"
#include "runtime/reference/reference_executor.h"

namespace mien {
namespace {

std::map<std::string, Tensor> InputsOf(const Graph& graph) {
  std::map<std::string, Tensor> inputs;
  for (const ValueInfo& input : graph.inputs) {
    std::vector<double> values(
        static_cast<std::size_t>(NumElements(input.shape)));
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = 1.5 * std::sin(1.3 * static_cast<double>(i + 1));
    }
    inputs.emplace(input.name,
                   reference::FromDoubles(input.type, input.shape, values));
  }
  return inputs;
}

bool AreClose(float a, float b) {
  constexpr float kTolerance = 1e-5F;
  return a == b || (std::isnan(a) && std::isnan(b)) ||
         std::abs(a - b) <= kTolerance;
}

TEST(Operators, HaveTheStatedExtents) {
  for (const OperatorSample& sample : OperatorSamples()) {
    SCOPED_TRACE(sample.op_type);
    const Graph graph = SampleGraph(sample);
    const auto outputs = RunReference(graph, InputsOf(graph));
    ASSERT_TRUE(outputs) << outputs.error().message;
    EXPECT_EQ(outputs->at("y0").shape(), sample.y);
    EXPECT_EQ(outputs->at("y0").type(), sample.y_type);
  }
}

TEST(Operators, KeepTheirAnswersThroughAllPasses) {
  for (const OperatorSample& sample : OperatorSamples()) {
    SCOPED_TRACE(sample.op_type);
    const Graph graph = SampleGraph(sample);
    const auto fixed = Specialize(graph, {});
    ASSERT_TRUE(fixed) << fixed.error().message;
    const auto optimized = Optimize(*fixed);
    ASSERT_TRUE(optimized) << optimized.error().message;
    const auto before = RunReference(graph, InputsOf(graph));
    const auto after = RunReference(*optimized, InputsOf(graph));
    ASSERT_TRUE(before) << before.error().message;
    ASSERT_TRUE(after) << after.error().message;
    for (const auto& [name, tensor] : *before) {
      EXPECT_EQ(after->at(name).shape(), tensor.shape()) << name;
      EXPECT_TRUE(std::ranges::equal(
          after->at(name).ToFloats(), tensor.ToFloats(), AreClose))
          << name;
    }
  }
}

}  // namespace
}  // namespace mien
