// SPDX-License-Identifier: Apache-2.0
//
// For tests: runs a graph by the compiled net and by the reference executor.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "graph/builder.h"
#include "runtime/compiled_net.h"
#include "runtime/reference/reference_executor.h"

namespace mien::onednn {

/// Values in [-1, 1].
inline std::vector<float> RandomFloats(std::int64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1.0F, 1.0F);
  std::vector<float> values(static_cast<std::size_t>(count));
  std::ranges::generate(values, [&] { return uniform(random); });
  return values;
}

inline Tensor RandomTensor(const Shape& shape, unsigned seed) {
  return Tensor::Float(shape, RandomFloats(NumElements(shape), seed));
}

/// Parameters for a builder: small random weights, variances in [0.5, 1.5].
inline ParameterSource RandomSource(unsigned seed) {
  return [seed](const ParameterSpec& spec) mutable {
    std::vector<float> values = RandomFloats(NumElements(spec.shape), ++seed);
    const float scale =
        1.5F /
        std::sqrt(static_cast<float>(std::max<std::int64_t>(spec.fan_in, 1)));
    for (float& value : values) {
      value = spec.kind == ParameterKind::kNormVariance ? 1.0F + value / 2.0F
                                                        : value * scale;
    }
    return Tensor::Float(spec.shape, values);
  };
}

/// Largest difference, divided by the largest magnitude in `b`.
inline double MaxScaledError(std::span<const float> a,
                             std::span<const float> b) {
  double magnitude = 1e-20;
  for (const float value : b) {
    magnitude = std::max(magnitude, std::abs(double{value}));
  }
  double worst = a.size() == b.size() ? 0.0 : HUGE_VAL;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const double difference = std::abs(double{a[i]} - double{b[i]});
    worst = std::max(worst, std::isfinite(difference) ? difference : HUGE_VAL);
  }
  return worst / magnitude;
}

inline constexpr double kFloat32Tolerance = 1e-5;

/// Fails unless both executors give the same outputs for random inputs of
/// `options.input_shapes`, twice with the same workspace.
inline void ExpectEqualsReference(const Graph& graph,
                                  const CompileOptions& options,
                                  double tolerance = kFloat32Tolerance) {
  const auto net = CompiledNet::Compile(graph, options);
  ASSERT_TRUE(net) << net.error().message;
  Workspace workspace = (*net)->CreateWorkspace();
  for (unsigned round = 1; round <= 2; ++round) {
    std::map<std::string, Tensor> inputs;
    for (std::size_t i = 0; i < (*net)->inputs().size(); ++i) {
      const ValueInfo& input = (*net)->inputs()[i];
      const Tensor tensor = RandomTensor(input.shape, round * 10);
      inputs[input.name] = tensor;
      std::ranges::copy(tensor.values<float>(), workspace.input(i).begin());
    }
    (*net)->Run(workspace);
    const auto expected = RunReference(graph, inputs);
    ASSERT_TRUE(expected) << expected.error().message;
    for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
      const std::string& name = graph.outputs[i].name;
      EXPECT_EQ((*net)->outputs()[i].shape, expected->at(name).shape());
      EXPECT_LE(
          MaxScaledError(workspace.output(i), expected->at(name).ToFloats()),
          tolerance)
          << name << " in round " << round;
    }
  }
}

}  // namespace mien::onednn
