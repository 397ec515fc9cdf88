// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/fused_nodes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "graph/window.h"
#include "runtime/fused_ops.h"

namespace mien {
namespace {

/// The pads of a Conv, begins before ends.
std::optional<std::vector<std::int64_t>> ResolvedPads(const Graph& graph,
                                                      const KnownTypes& types,
                                                      const Node& node) {
  const std::string auto_pad = node.String("auto_pad", "NOTSET");
  if (auto_pad == "NOTSET") {
    return node.Ints("pads", {});
  }
  if (auto_pad == "VALID") {
    return std::vector<std::int64_t>{};
  }
  const ValueType* x = types.Find(node.Input(0));
  const ValueType* weight = types.Find(node.Input(1));
  if (x == nullptr || weight == nullptr) {
    return std::nullopt;
  }
  const auto window = ResolveWindow(node, graph.opset, x->shape, weight->shape);
  if (!window) {
    return std::nullopt;
  }
  std::vector<std::int64_t> pads;
  for (const WindowAxis& axis : *window) {
    pads.push_back(axis.pad_begin);
  }
  for (const WindowAxis& axis : *window) {
    pads.push_back(axis.pad_end);
  }
  return pads;
}

bool HasTwoSpatialAxes(const Graph& graph,
                       const KnownTypes& types,
                       const Node& node) {
  constexpr std::size_t kRank = 4;
  const Tensor* weight = graph.FindInitializer(node.Input(1));
  return weight != nullptr ? weight->shape().size() == kRank
                           : types.Rank(node.Input(1)) == kRank;
}

}  // namespace

std::optional<Node> AsFusedConv(const Graph& graph,
                                const KnownTypes& types,
                                const Node& node) {
  if (node.Is(kFusedConv, kMienDomain)) {
    return node;
  }
  if (!node.Is("Conv") || !HasTwoSpatialAxes(graph, types, node)) {
    return std::nullopt;
  }
  const auto pads = ResolvedPads(graph, types, node);
  if (!pads) {
    return std::nullopt;
  }
  Node fused = node;
  fused.op_type = kFusedConv;
  fused.domain = kMienDomain;
  fused.attributes.erase("auto_pad");
  fused.attributes.erase("pads");
  if (!pads->empty()) {
    fused.attributes["pads"] = *pads;
  }
  return fused;
}

void SetInput(Node& node, std::size_t i, std::string value) {
  node.inputs.resize(std::max(node.inputs.size(), i + 1));
  node.inputs[i] = std::move(value);
}

}  // namespace mien
