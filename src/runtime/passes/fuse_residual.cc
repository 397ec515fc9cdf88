// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/fuse_residual.h"

#include <optional>
#include <utility>

#include "runtime/passes/fused_nodes.h"
#include "runtime/passes/graph_editor.h"
#include "runtime/passes/known_types.h"

namespace mien {
namespace {

/// The convolution that makes `value` and can take a residual, and its node as
/// a FusedConv.
struct Candidate {
  std::size_t index;
  Node conv;
};

std::optional<Candidate> FindCandidate(const GraphEditor& editor,
                                       const KnownTypes& types,
                                       const std::string& value) {
  const auto maker = editor.Maker(value);
  if (!maker || !editor.OnlyReader(value)) {
    return std::nullopt;
  }
  auto conv = AsFusedConv(editor.graph(), types, editor.node(*maker));
  if (!conv || !conv->Input(kConvResidual).empty() ||
      !conv->String("activation", "").empty()) {
    return std::nullopt;
  }
  return Candidate{*maker, *std::move(conv)};
}

void FuseAt(GraphEditor& editor, const KnownTypes& types, std::size_t i) {
  const Node add = editor.node(i);
  if (!(add.Is("Add") || add.Is("Sum")) || add.inputs.size() != 2 ||
      !types.AreEqual(add.inputs[0], add.inputs[1])) {
    return;
  }
  auto first = FindCandidate(editor, types, add.inputs[0]);
  auto second = FindCandidate(editor, types, add.inputs[1]);
  if (!first && !second) {
    return;
  }
  // The later of two, so that the other's result is at hand when it runs.
  const bool takes_second = second && (!first || second->index > first->index);
  Candidate chosen = takes_second ? *std::move(second) : *std::move(first);
  SetInput(chosen.conv, kConvResidual, add.inputs[takes_second ? 0 : 1]);
  chosen.conv.outputs = add.outputs;
  editor.Remove(chosen.index);
  editor.Replace(i, std::move(chosen.conv));
}

}  // namespace

Result<Graph> FuseResidual(const Graph& graph) {
  const KnownTypes types(graph);
  GraphEditor editor(graph);
  for (std::size_t i = 0; i < editor.size(); ++i) {
    FuseAt(editor, types, i);
  }
  return std::move(editor).Finish();
}

}  // namespace mien
