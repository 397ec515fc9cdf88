// SPDX-License-Identifier: Apache-2.0
//
// For tests: inputs for networks, and looks inside them.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "nets/formula_parameters.h"
#include "runtime/compiled_net.h"

namespace mien::nets {

/// Formula numbers under the name of the graph's only input, in `shape`.
inline std::map<std::string, Tensor> FormulaInput(const Graph& graph,
                                                  const Shape& shape) {
  const std::string& name = graph.inputs[0].name;
  const std::vector<double> numbers =
      FormulaNumbers(name, static_cast<std::size_t>(NumElements(shape)));
  const std::vector<float> values(numbers.begin(), numbers.end());
  return {{name, Tensor::Float(shape, values)}};
}

/// `graph` with the inner values `names` as further outputs.
inline Graph WithOutputs(Graph graph, std::span<const std::string> names) {
  for (const std::string& name : names) {
    if (!graph.IsOutput(name)) {
      graph.outputs.push_back({.name = name});
    }
  }
  return graph;
}

/// Outputs of a graph on oneDNN, and the precision in which they were computed.
struct CompiledOutputs {
  std::map<std::string, Tensor> values;
  Precision precision = Precision::kFloat32;
};

/// Compiles `graph` for the extents of `inputs` and runs it once.
inline Result<CompiledOutputs> RunCompiled(
    const Graph& graph,
    const std::map<std::string, Tensor>& inputs,
    Precision precision = Precision::kFloat32) {
  CompileOptions options;
  options.precision = precision;
  for (const auto& [name, tensor] : inputs) {
    options.input_shapes[name] = tensor.shape();
  }
  MIEN_ASSIGN_OR_RETURN(const auto net, CompiledNet::Compile(graph, options));
  Workspace workspace = net->CreateWorkspace();
  for (std::size_t i = 0; i < net->inputs().size(); ++i) {
    std::ranges::copy(inputs.at(net->inputs()[i].name).values<float>(),
                      workspace.input(i).begin());
  }
  net->Run(workspace);
  CompiledOutputs outputs;
  outputs.precision = net->precision();
  for (std::size_t i = 0; i < net->outputs().size(); ++i) {
    const ValueInfo& info = net->outputs()[i];
    outputs.values.emplace(info.name,
                           Tensor::Float(info.shape, workspace.output(i)));
  }
  return outputs;
}

/// Cosine of the angle between two vectors of equal size.
inline double Cosine(std::span<const float> a, std::span<const float> b) {
  double dot = 0.0;
  double a_squared = 0.0;
  double b_squared = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    dot += double{a[i]} * b[i];
    a_squared += double{a[i]} * a[i];
    b_squared += double{b[i]} * b[i];
  }
  return dot / std::sqrt(a_squared * b_squared);
}

/// Learnable numbers: weights and biases, without batch norm's running
/// statistics, as papers count.
inline std::int64_t CountParameters(const Graph& graph) {
  std::int64_t count = 0;
  for (const auto& [name, tensor] : graph.initializers) {
    const std::string last = name.substr(name.rfind('.') + 1);
    if (last == "weight" || last == "bias") {
      count += NumElements(tensor.shape());
    }
  }
  return count;
}

}  // namespace mien::nets
