// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/recognize_activation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "runtime/passes/graph_editor.h"

namespace mien {
namespace {

constexpr float kLowest = std::numeric_limits<float>::lowest();
constexpr float kLargest = std::numeric_limits<float>::max();

/// The number that `value` is, a float constant of one element whose extents
/// do not add axes to what it is combined with.
std::optional<float> Number(const GraphEditor& editor,
                            const std::string& value) {
  const Tensor* constant = editor.Constant(value);
  if (constant == nullptr || constant->type() != DataType::kFloat32 ||
      constant->shape().size() > 1 || NumElements(constant->shape()) != 1) {
    return std::nullopt;
  }
  return constant->values<float>().front();
}

/// A value combined with one number.
struct WithNumber {
  std::string value;
  float number;
};

/// `node` as an `op_type` of a value and a number, in either order where it
/// does not matter.
std::optional<WithNumber> MatchNumber(const GraphEditor& editor,
                                      const Node& node,
                                      std::string_view op_type) {
  if (!node.Is(op_type) || node.inputs.size() != 2) {
    return std::nullopt;
  }
  if (const auto number = Number(editor, node.inputs[1])) {
    return WithNumber{node.inputs[0], *number};
  }
  const auto number = Number(editor, node.inputs[0]);
  if (!number || op_type == "Div" || op_type == "Sub") {
    return std::nullopt;
  }
  return WithNumber{node.inputs[1], *number};
}

/// The node that makes `value`, when only one other reads it.
const Node* PrivateMaker(const GraphEditor& editor, const std::string& value) {
  const auto maker = editor.Maker(value);
  return maker && editor.OnlyReader(value) ? &editor.node(*maker) : nullptr;
}

/// `node` as a division by 6.
std::optional<std::string> MatchSixth(const GraphEditor& editor,
                                      const Node& node) {
  constexpr float kTolerance = 1e-6F;
  if (const auto division = MatchNumber(editor, node, "Div");
      division && division->number == 6.0F) {
    return division->value;
  }
  if (const auto product = MatchNumber(editor, node, "Mul");
      product && std::abs(product->number - 1.0F / 6.0F) < kTolerance) {
    return product->value;
  }
  return std::nullopt;
}

/// The x of `value` = Clip(x + 3, 0, 6).
std::optional<std::string> MatchShiftedClip(const GraphEditor& editor,
                                            const std::string& value) {
  const Node* clip = PrivateMaker(editor, value);
  if (clip == nullptr || !clip->Is("Clip") ||
      clip->Float("min", kLowest) != 0.0F ||
      clip->Float("max", kLargest) != 6.0F) {
    return std::nullopt;
  }
  const Node* add = PrivateMaker(editor, clip->Input(0));
  const auto sum =
      add == nullptr ? std::nullopt : MatchNumber(editor, *add, "Add");
  return sum && sum->number == 3.0F ? std::optional(sum->value) : std::nullopt;
}

/// `node` with the operator, inputs and attributes of another.
Node Respelled(const Node& node,
               std::string_view op_type,
               const std::string& x,
               std::map<std::string, Attribute> attributes = {}) {
  Node respelled = node;
  respelled.op_type = op_type;
  respelled.inputs = {x};
  respelled.attributes = std::move(attributes);
  return respelled;
}

/// Min or Max with a number; together with a Clip before it, one Clip.
std::optional<Node> AsClip(const GraphEditor& editor, const Node& node) {
  const bool is_min = node.Is("Min");
  const auto limit = MatchNumber(editor, node, is_min ? "Min" : "Max");
  if (!limit) {
    return std::nullopt;
  }
  float low = is_min ? kLowest : limit->number;
  float high = is_min ? limit->number : kLargest;
  std::string x = limit->value;
  const Node* before = PrivateMaker(editor, x);
  if (before != nullptr && before->Is("Clip")) {
    // The later limit wins where the two cross.
    const float low_before = before->Float("min", kLowest);
    const float high_before = before->Float("max", kLargest);
    low = is_min ? std::min(low_before, high) : std::max(low_before, low);
    high = is_min ? std::min(high_before, high) : std::max(high_before, low);
    x = before->Input(0);
  }
  return Respelled(node, "Clip", x, {{"min", low}, {"max", high}});
}

std::optional<Node> AsHardSigmoid(const GraphEditor& editor, const Node& node) {
  const auto sixth = MatchSixth(editor, node);
  const auto x = sixth ? MatchShiftedClip(editor, *sixth) : std::nullopt;
  if (!x) {
    return std::nullopt;
  }
  return Respelled(
      node, "HardSigmoid", *x, {{"alpha", 1.0F / 6.0F}, {"beta", 0.5F}});
}

/// x * HardSigmoid(x) with alpha 1/6.
std::optional<Node> AsGatedHardSwish(const GraphEditor& editor,
                                     const Node& node) {
  constexpr float kTolerance = 1e-6F;
  for (const std::size_t k : {0U, 1U}) {
    if (!node.Is("Mul")) {
      break;
    }
    const std::string& x = node.Input(k);
    const Node* gate = PrivateMaker(editor, node.Input(1 - k));
    if (gate != nullptr && gate->Is("HardSigmoid") && gate->Input(0) == x &&
        std::abs(gate->Float("alpha", 0.2F) - 1.0F / 6.0F) < kTolerance &&
        gate->Float("beta", 0.5F) == 0.5F) {
      return Respelled(node, "HardSwish", x);
    }
  }
  return std::nullopt;
}

/// (x * Clip(x + 3, 0, 6)) / 6.
std::optional<Node> AsDividedHardSwish(const GraphEditor& editor,
                                       const Node& node) {
  const auto sixth = MatchSixth(editor, node);
  const Node* product = sixth ? PrivateMaker(editor, *sixth) : nullptr;
  if (product == nullptr || !product->Is("Mul")) {
    return std::nullopt;
  }
  for (const std::size_t k : {0U, 1U}) {
    const auto x = MatchShiftedClip(editor, product->Input(1 - k));
    if (x && *x == product->Input(k)) {
      return Respelled(node, "HardSwish", *x);
    }
  }
  return std::nullopt;
}

}  // namespace

Result<Graph> RecognizeActivation(const Graph& graph) {
  GraphEditor editor(graph);
  for (std::size_t i = 0; i < editor.size(); ++i) {
    for (const auto recognize :
         {AsClip, AsHardSigmoid, AsGatedHardSwish, AsDividedHardSwish}) {
      if (auto node = recognize(editor, editor.node(i))) {
        editor.Replace(i, *std::move(node));
        break;
      }
    }
  }
  return std::move(editor).Finish();
}

}  // namespace mien
