// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/fold_batch_norm.h"

#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/passes/affine.h"
#include "runtime/passes/graph_editor.h"
#include "runtime/passes/known_types.h"

namespace mien {
namespace {

/// What a BatchNormalization with constant statistics does to a channel.
std::optional<Affine> BatchNormAffine(const GraphEditor& editor,
                                      const Node& node) {
  std::vector<std::vector<float>> parameters;
  for (std::size_t i = 1; i <= 4; ++i) {
    const Tensor* constant = editor.Constant(node.Input(i));
    if (constant == nullptr) {
      return std::nullopt;
    }
    parameters.push_back(constant->ToFloats());
    if (parameters.back().size() != parameters.front().size()) {
      return std::nullopt;
    }
  }
  const double epsilon = node.Float("epsilon", 1e-5F);
  Affine affine = Affine::Identity(parameters.front().size());
  for (std::size_t c = 0; c < affine.scale.size(); ++c) {
    const double mean = parameters[2][c];
    const double variance = parameters[3][c];
    affine.scale[c] = parameters[0][c] / std::sqrt(variance + epsilon);
    affine.shift[c] = parameters[1][c] - mean * affine.scale[c];
  }
  return affine;
}

}  // namespace

Result<Graph> FoldBatchNorm(const Graph& graph) {
  const KnownTypes types(graph);
  GraphEditor editor(graph);
  for (std::size_t i = 0; i < editor.size(); ++i) {
    const Node& node = editor.node(i);
    if (!node.Is("BatchNormalization")) {
      continue;
    }
    const std::optional<Affine> affine = BatchNormAffine(editor, node);
    if (affine && !affine->scale.empty()) {
      const std::string value = node.Input(0);
      AbsorbIntoNeighbour(editor, types, i, value, *affine);
    }
  }
  return std::move(editor).Finish();
}

}  // namespace mien
