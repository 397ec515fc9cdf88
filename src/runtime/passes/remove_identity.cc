// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/remove_identity.h"

#include <algorithm>
#include <array>
#include <utility>

#include "runtime/passes/graph_editor.h"
#include "runtime/passes/known_types.h"

namespace mien {
namespace {

/// Operators that are the identity whenever type and extents stay as they are.
constexpr std::array<std::string_view, 6> kIdentityIfUnchanged = {
    "Cast", "Expand", "Flatten", "Reshape", "Squeeze", "Unsqueeze"};

/// Operators that only change the extents.
constexpr std::array<std::string_view, 4> kReshapes = {
    "Flatten", "Reshape", "Squeeze", "Unsqueeze"};

template <typename Names>
bool IsOneOf(const Node& node, const Names& names) {
  return node.domain.empty() &&
         std::ranges::find(names, node.op_type) != names.end();
}

/// Whether the integers `value` are known to be `number`, all of them.
bool HoldsOnly(const GraphEditor& editor,
               const std::string& value,
               std::int64_t number) {
  const auto elements = editor.ConstantInts(value);
  return elements &&
         std::ranges::all_of(*elements, [number](std::int64_t element) {
           return element == number;
         });
}

bool IsIdentity(const GraphEditor& editor,
                const KnownTypes& types,
                const Node& node) {
  const bool unchanged = types.AreEqual(node.Input(0), node.outputs.front());
  if (node.Is("Identity") || node.Is("Dropout")) {
    return true;
  }
  if (node.Is("Concat")) {
    return node.inputs.size() == 1;
  }
  if (node.Is("Transpose")) {
    const std::vector<std::int64_t> order = node.Ints("perm", {});
    return !order.empty() && std::ranges::is_sorted(order);
  }
  if (node.Is("Pad")) {
    return HoldsOnly(editor, node.Input(1), 0);
  }
  if (node.Is("Slice")) {
    const std::string& steps = node.Input(4);
    return unchanged && (steps.empty() || HoldsOnly(editor, steps, 1));
  }
  return unchanged && IsOneOf(node, kIdentityIfUnchanged);
}

/// What a Reshape to constant extents reads, seen through the reshapes before
/// it. Not where it copies an extent (0), which would then be another one.
void SkipReshapesBefore(GraphEditor& editor, std::size_t i) {
  Node node = editor.node(i);
  const auto extents = editor.ConstantInts(node.Input(1));
  if (!node.Is("Reshape") || !extents ||
      std::ranges::find(*extents, 0) != extents->end()) {
    return;
  }
  auto before = editor.Maker(node.Input(0));
  while (before && IsOneOf(editor.node(*before), kReshapes)) {
    node.inputs[0] = editor.node(*before).Input(0);
    before = editor.Maker(node.inputs[0]);
  }
  editor.Replace(i, std::move(node));
}

}  // namespace

Result<Graph> RemoveIdentity(const Graph& graph) {
  const KnownTypes types(graph);
  GraphEditor editor(graph);
  for (std::size_t i = 0; i < editor.size(); ++i) {
    SkipReshapesBefore(editor, i);
    if (IsIdentity(editor, types, editor.node(i))) {
      editor.Bypass(i, editor.node(i).Input(0));
    }
  }
  return std::move(editor).Finish();
}

}  // namespace mien
