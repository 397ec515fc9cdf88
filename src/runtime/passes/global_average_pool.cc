// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/global_average_pool.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/passes/graph_editor.h"
#include "runtime/passes/known_types.h"

namespace mien {
namespace {

constexpr std::size_t kRank = 4;  // [N, C, H, W]

bool ReducesPlanes(const Node& node) {
  std::vector<std::int64_t> axes = node.Ints("axes", {});
  for (std::int64_t& axis : axes) {
    axis += axis < 0 ? static_cast<std::int64_t>(kRank) : 0;
  }
  std::ranges::sort(axes);
  return node.Is("ReduceMean") && axes == std::vector<std::int64_t>{2, 3};
}

/// Whether the AveragePool's single window covers the plane `x` and no padding.
bool CoversPlane(const Node& node, const Shape& x) {
  const std::vector<std::int64_t> pads = node.Ints("pads", {});
  return node.Is("AveragePool") &&
         node.Ints("kernel_shape", {}) ==
             std::vector<std::int64_t>{x[2], x[3]} &&
         node.Ints("dilations", {1, 1}) == std::vector<std::int64_t>{1, 1} &&
         std::ranges::all_of(pads, [](std::int64_t pad) { return pad == 0; }) &&
         node.String("auto_pad", "NOTSET") != "SAME_UPPER" &&
         node.String("auto_pad", "NOTSET") != "SAME_LOWER";
}

void ReplaceAt(GraphEditor& editor, const KnownTypes& types, std::size_t i) {
  const Node node = editor.node(i);
  const ValueType* x = types.Find(node.Input(0));
  if (x == nullptr || x->shape.size() != kRank ||
      (!ReducesPlanes(node) && !CoversPlane(node, x->shape))) {
    return;
  }
  Node pool = node;
  pool.op_type = "GlobalAveragePool";
  pool.inputs = {node.Input(0)};
  pool.attributes.clear();
  if (node.Is("AveragePool") || node.Int("keepdims", 1) != 0) {
    editor.Replace(i, std::move(pool));
    return;
  }
  pool.outputs = {editor.NewValue(node.outputs.front())};
  const std::string shape = editor.AddConstant(
      node.outputs.front() + ".shape",
      Tensor::Int64({2}, std::vector<std::int64_t>{x->shape[0], x->shape[1]}));
  editor.Replace(i,
                 {.name = node.name + ".reshape",
                  .op_type = "Reshape",
                  .domain = "",
                  .inputs = {pool.outputs.front(), shape},
                  .outputs = node.outputs,
                  .attributes = {}});
  editor.InsertBefore(i, std::move(pool));
}

}  // namespace

Result<Graph> RecognizeGlobalAveragePool(const Graph& graph) {
  const KnownTypes types(graph);
  GraphEditor editor(graph);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    ReplaceAt(editor, types, i);
  }
  return std::move(editor).Finish();
}

}  // namespace mien
