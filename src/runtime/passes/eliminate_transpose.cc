// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/eliminate_transpose.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/passes/graph_editor.h"
#include "runtime/passes/known_types.h"
#include "runtime/reference/reference_executor.h"

namespace mien {
namespace {

using Permutation = std::vector<std::int64_t>;

constexpr std::array<std::string_view, 20> kUnary = {
    "Abs",  "Cast",        "Clip",      "Dropout",  "Elu",       "Erf", "Exp",
    "Gelu", "HardSigmoid", "HardSwish", "Identity", "LeakyRelu", "Log", "Mish",
    "Neg",  "Relu",        "Sigmoid",   "Softplus", "Sqrt",      "Tanh"};

constexpr std::array<std::string_view, 7> kBinary = {
    "Add", "Div", "Max", "Min", "Mul", "Pow", "Sub"};

template <typename Names>
bool IsOneOf(const Node& node, const Names& names) {
  return node.domain.empty() &&
         std::ranges::find(names, node.op_type) != names.end();
}

bool IsPermutation(const Permutation& order) {
  Permutation sorted = order;
  std::ranges::sort(sorted);
  for (std::size_t axis = 0; axis < sorted.size(); ++axis) {
    if (sorted[axis] != static_cast<std::int64_t>(axis)) {
      return false;
    }
  }
  return !order.empty();
}

/// The Transpose that makes `value`, with a complete permutation.
std::optional<std::size_t> MakingTranspose(const GraphEditor& editor,
                                           const std::string& value) {
  const auto maker = editor.Maker(value);
  const bool is_transpose = maker && editor.node(*maker).Is("Transpose") &&
                            IsPermutation(editor.node(*maker).Ints("perm", {}));
  return is_transpose ? maker : std::nullopt;
}

Permutation Inverse(const Permutation& order) {
  Permutation inverse(order.size());
  for (std::size_t axis = 0; axis < order.size(); ++axis) {
    inverse[static_cast<std::size_t>(order[axis])] =
        static_cast<std::int64_t>(axis);
  }
  return inverse;
}

/// Transpose of a transpose: one, of what the first one reads.
void JoinPair(GraphEditor& editor, std::size_t i) {
  Node node = editor.node(i);
  const auto before = MakingTranspose(editor, node.Input(0));
  const Permutation second = node.Ints("perm", {});
  if (!node.Is("Transpose") || !before || !IsPermutation(second)) {
    return;
  }
  const Permutation first = editor.node(*before).Ints("perm", {});
  if (first.size() != second.size()) {
    return;
  }
  Permutation joined;
  for (const std::int64_t axis : second) {
    joined.push_back(first[static_cast<std::size_t>(axis)]);
  }
  node.inputs[0] = editor.node(*before).Input(0);
  node.attributes["perm"] = joined;
  const std::string x = node.inputs[0];
  editor.Replace(i, std::move(node));
  if (std::ranges::is_sorted(joined)) {
    editor.Bypass(i, x);
  }
}

/// A constant that combines with a transposed value, as it combines with the
/// value before the transpose.
std::optional<Tensor> ConstantBefore(const Tensor& constant,
                                     const Permutation& order) {
  Shape shape = constant.shape();
  if (shape.size() > order.size()) {
    return std::nullopt;
  }
  shape.insert(shape.begin(), order.size() - shape.size(), 1);
  const Tensor wide = constant.Reshaped(shape);
  const Node transpose{.name = "constant",
                       .op_type = "Transpose",
                       .domain = "",
                       .inputs = {"x"},
                       .outputs = {"y"},
                       .attributes = {{"perm", Inverse(order)}}};
  const std::array<const Tensor*, 1> inputs = {&wide};
  const auto outputs = EvaluateNode(transpose, kDefaultOpset, inputs);
  return outputs ? std::optional(outputs->front()) : std::nullopt;
}

/// `node` reading what stood before the transposes that make its inputs.
struct Moved {
  Node node;
  Permutation order;
};

std::optional<Moved> MoveBefore(GraphEditor& editor, const Node& node) {
  Moved moved{node, {}};
  for (std::string& input : moved.node.inputs) {
    const auto transpose = MakingTranspose(editor, input);
    if (!transpose) {
      continue;
    }
    const Permutation order = editor.node(*transpose).Ints("perm", {});
    if (!editor.OnlyReader(input) ||
        (!moved.order.empty() && order != moved.order)) {
      return std::nullopt;
    }
    moved.order = order;
    input = editor.node(*transpose).Input(0);
  }
  if (moved.order.empty()) {
    return std::nullopt;
  }
  for (std::size_t k = 0; k < node.inputs.size(); ++k) {
    if (moved.node.inputs[k] != node.inputs[k]) {
      continue;
    }
    const Tensor* constant = editor.Constant(node.inputs[k]);
    const auto before = constant == nullptr || node.Is("Concat")
                            ? std::nullopt
                            : ConstantBefore(*constant, moved.order);
    if (!before) {
      return std::nullopt;
    }
    moved.node.inputs[k] = editor.AddConstant(node.inputs[k], *before);
  }
  return moved;
}

/// Sets the axis that `node` had behind the transpose. False if it has none.
bool MoveAxis(Node& node, const Permutation& order) {
  const auto rank = static_cast<std::int64_t>(order.size());
  std::int64_t axis = node.Int("axis", node.Is("Concat") ? rank : -1);
  axis += axis < 0 ? rank : 0;
  if (axis < 0 || axis >= rank) {
    return false;
  }
  node.attributes["axis"] = order[static_cast<std::size_t>(axis)];
  return true;
}

/// Swaps node `i` with the transposes that make its inputs.
void PushBehind(GraphEditor& editor, std::size_t i) {
  const Node node = editor.node(i);
  const bool has_axis =
      node.Is("Concat") || node.Is("Softmax") || node.Is("LogSoftmax");
  const bool is_elementwise =
      (IsOneOf(node, kUnary) && node.inputs.size() == 1) ||
      (IsOneOf(node, kBinary) && node.inputs.size() == 2);
  if (!has_axis && !is_elementwise) {
    return;
  }
  auto moved = MoveBefore(editor, node);
  if (!moved || (has_axis && !MoveAxis(moved->node, moved->order))) {
    return;
  }
  moved->node.outputs = {editor.NewValue(node.outputs.front())};
  editor.Replace(i,
                 {.name = node.name + ".transpose",
                  .op_type = "Transpose",
                  .domain = "",
                  .inputs = moved->node.outputs,
                  .outputs = node.outputs,
                  .attributes = {{"perm", moved->order}}});
  editor.InsertBefore(i, std::move(moved->node));
}

/// A Transpose that keeps the order of all axes longer than 1.
void ReplaceByReshape(GraphEditor& editor,
                      const KnownTypes& types,
                      std::size_t i) {
  const Node node = editor.node(i);
  const ValueType* x = types.Find(node.Input(0));
  const Permutation order = node.Ints("perm", {});
  if (!node.Is("Transpose") || x == nullptr || !IsPermutation(order) ||
      x->shape.size() != order.size()) {
    return;
  }
  Shape shape;
  Permutation long_axes;
  for (const std::int64_t axis : order) {
    const std::int64_t extent = x->shape[static_cast<std::size_t>(axis)];
    shape.push_back(extent);
    if (extent != 1) {
      long_axes.push_back(axis);
    }
  }
  if (!std::ranges::is_sorted(long_axes) ||
      std::ranges::find(shape, 0) != shape.end()) {
    return;
  }
  const auto rank = static_cast<std::int64_t>(shape.size());
  Node reshape = node;
  reshape.op_type = "Reshape";
  reshape.attributes.clear();
  reshape.inputs = {node.Input(0),
                    editor.AddConstant(node.outputs.front() + ".shape",
                                       Tensor::Int64({rank}, shape))};
  editor.Replace(i, std::move(reshape));
}

}  // namespace

Result<Graph> EliminateTranspose(const Graph& graph) {
  const KnownTypes types(graph);
  GraphEditor editor(graph);
  const std::size_t count = graph.nodes.size();
  for (std::size_t i = 0; i < count; ++i) {
    JoinPair(editor, i);
    PushBehind(editor, i);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!editor.IsRemoved(i)) {
      ReplaceByReshape(editor, types, i);
    }
  }
  return std::move(editor).Finish();
}

}  // namespace mien
