// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/fold_scale.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/passes/affine.h"
#include "runtime/passes/graph_editor.h"
#include "runtime/passes/known_types.h"

namespace mien {
namespace {

/// Arithmetic of a value and a constant.
struct ConstantArithmetic {
  std::string value;
  const Tensor* constant;
  bool constant_is_first;
};

std::optional<ConstantArithmetic> AsConstantArithmetic(
    const GraphEditor& editor, const Node& node) {
  if (!node.Is("Mul") && !node.Is("Div") && !node.Is("Add") &&
      !node.Is("Sub")) {
    return std::nullopt;
  }
  const Tensor* first = editor.Constant(node.Input(0));
  const Tensor* second = editor.Constant(node.Input(1));
  if ((first == nullptr) == (second == nullptr)) {
    return std::nullopt;
  }
  if (second != nullptr) {
    return ConstantArithmetic{node.Input(0), second, false};
  }
  return ConstantArithmetic{node.Input(1), first, true};
}

/// What the arithmetic does to each channel; nothing for constant / x.
std::optional<Affine> ArithmeticAffine(const Node& node,
                                       const std::vector<double>& numbers,
                                       bool constant_is_first) {
  Affine affine = Affine::Identity(numbers.size());
  if (node.Is("Mul")) {
    affine.scale = numbers;
  } else if (node.Is("Add")) {
    affine.shift = numbers;
  } else if (node.Is("Sub")) {
    affine.shift = numbers;
    std::vector<double>& negated =
        constant_is_first ? affine.scale : affine.shift;
    std::ranges::transform(negated, negated.begin(), std::negate<>());
  } else {
    const bool has_zero = std::ranges::find(numbers, 0.0) != numbers.end();
    if (constant_is_first || has_zero) {
      return std::nullopt;
    }
    std::ranges::transform(numbers, affine.scale.begin(), [](double number) {
      return 1.0 / number;
    });
  }
  return affine;
}

/// Channels and rank of what a neighbouring layer hands to or takes from node
/// `i`.
struct Channels {
  std::size_t count;
  std::size_t rank;
};

std::vector<Channels> NeighbourChannels(const GraphEditor& editor,
                                        std::size_t i,
                                        const std::string& value) {
  std::vector<Channels> channels;
  if (const auto maker = editor.Maker(value)) {
    if (const auto layer = LinearLayer::At(editor, *maker)) {
      channels.push_back({layer->out_channels(), layer->rank()});
    }
  }
  if (const auto reader = editor.OnlyReader(editor.node(i).outputs.front())) {
    if (const auto layer = LinearLayer::At(editor, *reader)) {
      channels.push_back({layer->in_channels(), layer->rank()});
    }
  }
  return channels;
}

void FoldAt(GraphEditor& editor, const KnownTypes& types, std::size_t i) {
  const Node node = editor.node(i);
  const auto arithmetic = AsConstantArithmetic(editor, node);
  if (!arithmetic) {
    return;
  }
  for (const Channels& channels :
       NeighbourChannels(editor, i, arithmetic->value)) {
    const auto numbers =
        ChannelNumbers(*arithmetic->constant, channels.count, channels.rank);
    const auto affine =
        numbers
            ? ArithmeticAffine(node, *numbers, arithmetic->constant_is_first)
            : std::nullopt;
    if (affine &&
        AbsorbIntoNeighbour(editor, types, i, arithmetic->value, *affine)) {
      return;
    }
  }
}

}  // namespace

Result<Graph> FoldScale(const Graph& graph) {
  const KnownTypes types(graph);
  GraphEditor editor(graph);
  for (std::size_t i = 0; i < editor.size(); ++i) {
    FoldAt(editor, types, i);
  }
  return std::move(editor).Finish();
}

}  // namespace mien
