// SPDX-License-Identifier: Apache-2.0
#include "graph/half_weights.h"

#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graph/half.h"
#include "graph/onnx_types.h"

namespace mien {
namespace {

constexpr std::int64_t kFewestElements = 1024;

/// Rounding to 11 bits errs by less than 2^-11 of each number; subnormals err
/// more.
constexpr double kLargestError = 0x1p-11;

/// The elements as float16, or nothing where that costs too much.
std::optional<Tensor> Halved(const Tensor& tensor) {
  const std::vector<float> values = tensor.ToFloats();
  std::vector<std::byte> bytes(values.size() * sizeof(std::uint16_t));
  auto* halves = reinterpret_cast<std::uint16_t*>(bytes.data());
  double squares = 0.0;
  double errors = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    halves[i] = HalfFromFloat(values[i]);
    const double error = double{FloatFromHalf(halves[i])} - double{values[i]};
    errors += error * error;
    squares += double{values[i]} * double{values[i]};
  }
  // False for what is not finite, too.
  if (!(errors <= kLargestError * kLargestError * squares)) {
    return std::nullopt;
  }
  return Tensor(DataType::kFloat16, tensor.shape(), std::move(bytes));
}

std::string FreshName(const Graph& graph, const std::string& stem) {
  std::string name = stem;
  for (int i = 1; graph.initializers.contains(name) || graph.Producer(name);
       ++i) {
    name = stem + "_" + std::to_string(i);
  }
  return name;
}

bool IsWideningCast(const Graph& graph, const Node& node) {
  const Tensor* constant = graph.FindInitializer(node.Input(0));
  return node.Is("Cast") && constant != nullptr &&
         constant->type() == DataType::kFloat16 &&
         node.Int("to", 0) == OnnxNumberFromDataType(DataType::kFloat32);
}

}  // namespace

Graph HalveWeights(Graph graph) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : graph.initializers) {
    if (tensor.type() == DataType::kFloat32 &&
        NumElements(tensor.shape()) >= kFewestElements &&
        !graph.IsOutput(name)) {
      names.push_back(name);
    }
  }
  std::vector<Node> casts;
  for (const std::string& name : names) {
    auto halved = Halved(graph.initializers.at(name));
    if (!halved) {
      continue;
    }
    const std::string stored = FreshName(graph, name + ".fp16");
    graph.initializers.erase(name);
    graph.initializers.emplace(stored, *std::move(halved));
    casts.push_back({.name = name + ".widen",
                     .op_type = "Cast",
                     .inputs = {stored},
                     .outputs = {name},
                     .attributes = {{"to",
                                     std::int64_t{OnnxNumberFromDataType(
                                         DataType::kFloat32)}}}});
  }
  graph.nodes.insert(graph.nodes.begin(),
                     std::make_move_iterator(casts.begin()),
                     std::make_move_iterator(casts.end()));
  return graph;
}

Graph WidenWeights(Graph graph) {
  std::vector<Node> nodes;
  std::vector<std::string> spent;
  for (Node& node : graph.nodes) {
    if (!IsWideningCast(graph, node) || graph.IsOutput(node.outputs[0])) {
      nodes.push_back(std::move(node));
      continue;
    }
    const Tensor& halves = graph.initializers.at(node.inputs[0]);
    graph.initializers.insert_or_assign(node.outputs[0], halves.AsFloat32());
    spent.push_back(node.inputs[0]);
  }
  graph.nodes = std::move(nodes);
  for (const std::string& name : spent) {
    if (graph.Consumers(name).empty() && !graph.IsOutput(name)) {
      graph.initializers.erase(name);
    }
  }
  return graph;
}

}  // namespace mien
