// SPDX-License-Identifier: Apache-2.0
//
// Parses any bytes as an ONNX file; what parses must survive being written,
// canonicalised, given extents, taken through the runtime's passes and, when it
// is small, being run.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "graph/opset.h"
#include "graph/shape_inference.h"
#include "runtime/passes/pass.h"
#include "runtime/reference/reference_executor.h"

namespace mien {
namespace {

/// Batch and side of inputs whose extents are free.
constexpr std::int64_t kFreeExtent = 2;

/// Products of one run; keeps it within milliseconds.
constexpr double kMostWork = 1e6;

void Require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

std::map<std::string, Shape> SmallShapes(const Graph& graph) {
  std::map<std::string, Shape> shapes;
  for (const ValueInfo& input : graph.inputs) {
    shapes[input.name] = input.shape;
    std::ranges::replace(shapes[input.name], kDynamicDim, kFreeExtent);
  }
  return shapes;
}

double Count(const InferredShapes& inferred, const std::string& value) {
  const auto found = inferred.types.find(value);
  return found == inferred.types.end()
             ? 1.0
             : static_cast<double>(NumElements(found->second.shape));
}

/// An upper bound of the products that `node` computes.
double Work(const InferredShapes& inferred, const Node& node) {
  double outputs = 1.0;
  double inputs = 1.0;
  for (const std::string& output : node.outputs) {
    outputs += Count(inferred, output);
  }
  for (const std::string& input : node.inputs) {
    inputs += Count(inferred, input);
  }
  double window = 1.0;
  for (const std::int64_t extent : node.Ints("kernel_shape", {})) {
    window *= static_cast<double>(extent);
  }
  window = std::max(window, static_cast<double>(node.Int("size", 1)));
  return outputs * (inputs + window);
}

bool IsSmall(const Graph& graph, const InferredShapes& inferred) {
  double work = 0.0;
  for (const Node& node : graph.nodes) {
    work += Work(inferred, node);
  }
  return work < kMostWork;
}

void RunOnZeros(const Graph& graph, const InferredShapes& inferred) {
  std::map<std::string, Tensor> inputs;
  for (const ValueInfo& input : graph.inputs) {
    const ValueType& type = inferred.types.at(input.name);
    std::vector<std::byte> zeros(
        static_cast<std::size_t>(NumElements(type.shape)) *
        ElementBytes(type.type));
    inputs.emplace(input.name, Tensor(type.type, type.shape, std::move(zeros)));
  }
  const auto outputs = RunReference(graph, inputs);
  if (!outputs) {
    return;
  }
  for (const auto& [name, tensor] : *outputs) {
    Require(inferred.types.at(name) ==
            ValueType{tensor.type(), tensor.shape()});
  }
}

void CheckRoundTrip(const Graph& graph) {
  const auto bytes = SerializeOnnx(graph);
  Require(bytes.has_value());
  const auto again = ParseOnnx(*bytes);
  Require(again.has_value() && ModelId(*again) == ModelId(graph));
}

/// Passes may not lose an output or change its type or extents.
void CheckPasses(const Graph& graph) {
  (void)Optimize(graph);  // with extents still free
  const auto fixed = Specialize(graph, SmallShapes(graph));
  if (!fixed) {
    return;
  }
  const auto optimized = Optimize(*fixed);
  Require(optimized.has_value() && optimized->Validate().has_value());
  const auto inferred = InferShapes(*optimized, {});
  Require(inferred.has_value());
  Require(optimized->outputs.size() == fixed->outputs.size());
  for (const ValueInfo& output : fixed->outputs) {
    Require(optimized->IsOutput(output.name));
    Require(inferred->types.at(output.name) ==
            ValueType{output.type, output.shape});
  }
}

void Exercise(const Graph& graph) {
  CheckRoundTrip(graph);
  (void)ContractFromGraph(graph);
  CheckPasses(graph);
  const auto canonical = Canonicalize(graph);
  const auto inferred = InferShapes(graph, SmallShapes(graph));
  if (!inferred) {
    return;
  }
  Require(canonical.has_value());
  if (IsSmall(*canonical, *inferred)) {
    RunOnZeros(*canonical, *inferred);
  }
}

}  // namespace
}  // namespace mien

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto graph = mien::ParseOnnx(std::as_bytes(std::span(data, size)));
  if (graph) {
    mien::Exercise(*graph);
  }
  return 0;
}
