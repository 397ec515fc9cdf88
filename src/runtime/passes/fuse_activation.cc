// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/fuse_activation.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "runtime/fused_ops.h"
#include "runtime/passes/fused_nodes.h"
#include "runtime/passes/graph_editor.h"
#include "runtime/passes/known_types.h"

namespace mien {
namespace {

/// How an operator's parameters are called, in the order alpha, beta, and what
/// they are by default.
struct ActivationForm {
  std::string_view op_type;
  std::array<std::string_view, 2> keys;
  std::array<float, 2> defaults;
};

constexpr ActivationForm kForms[] = {
    {"Relu", {"", ""}, {}},
    {"LeakyRelu", {"alpha", ""}, {0.01F}},
    {"PRelu", {"", ""}, {}},
    {"Clip", {"min", "max"}, {}},
    {"Sigmoid", {"", ""}, {}},
    {"Tanh", {"", ""}, {}},
    {"HardSigmoid", {"alpha", "beta"}, {0.2F, 0.5F}},
    {"HardSwish", {"", ""}, {}},
};

constexpr std::array<std::string_view, 2> kParameters = {"alpha", "beta"};

const ActivationForm* FindForm(const Node& node) {
  const auto* form =
      std::ranges::find(kForms, node.op_type, &ActivationForm::op_type);
  return node.domain.empty() && form != std::end(kForms) ? form : nullptr;
}

/// The node that makes `value`, ready to take an activation.
std::optional<Node> FusableMaker(const GraphEditor& editor,
                                 const KnownTypes& types,
                                 const std::string& value) {
  const auto maker = editor.Maker(value);
  if (!maker || editor.IsOutput(value)) {
    return std::nullopt;
  }
  const Node& node = editor.node(*maker);
  std::optional<Node> fused;
  if (node.Is(kFusedGemm, kMienDomain)) {
    fused = node;
  } else {
    fused = AsFusedConv(editor.graph(), types, node);
  }
  if (fused && !fused->String("activation", "").empty()) {
    return std::nullopt;
  }
  return fused;
}

/// Gives `fused` the slopes of `prelu`; false where they are not constant, or
/// neither one nor one a channel.
bool TakeSlopes(GraphEditor& editor, const Node& prelu, Node& fused) {
  const Tensor* slopes = editor.Constant(prelu.Input(1));
  const Tensor* weights = editor.Constant(fused.Input(1));
  if (slopes == nullptr || weights == nullptr) {
    return false;
  }
  const std::int64_t count = NumElements(slopes->shape());
  if (count != 1 && count != weights->shape()[0]) {
    return false;
  }
  std::string name = prelu.Input(1);
  if (slopes->shape().size() != 1) {
    name = editor.AddConstant(name, slopes->Reshaped({count}));
  }
  SetInput(fused,
           fused.op_type == kFusedConv ? kConvSlope : kGemmSlope,
           std::move(name));
  return true;
}

/// Node `i` is an activation: moves it into the maker of its input.
void FuseNode(GraphEditor& editor, const KnownTypes& types, std::size_t i) {
  const Node node = editor.node(i);
  const ActivationForm* form = FindForm(node);
  if (form == nullptr || !editor.OnlyReader(node.Input(0))) {
    return;
  }
  const std::size_t maker = editor.Maker(node.Input(0)).value_or(i);
  auto fused = FusableMaker(editor, types, node.Input(0));
  if (!fused || (node.Is("PRelu") && !TakeSlopes(editor, node, *fused))) {
    return;
  }
  fused->attributes["activation"] = node.op_type;
  for (std::size_t k = 0; k < kParameters.size(); ++k) {
    if (!form->keys[k].empty()) {
      fused->attributes[std::string(kParameters[k])] =
          node.Float(form->keys[k], form->defaults[k]);
    }
  }
  fused->outputs = node.outputs;
  editor.Remove(maker);
  editor.Replace(i, *std::move(fused));
}

/// Node `i` is x * Sigmoid(x), and nothing else reads x: moves it into the
/// maker of x.
void FuseSwish(GraphEditor& editor, const KnownTypes& types, std::size_t i) {
  const Node node = editor.node(i);
  if (!node.Is("Mul")) {
    return;
  }
  for (const std::size_t k : {0U, 1U}) {
    const std::string& x = node.Input(k);
    const std::string& gate = node.Input(1 - k);
    const auto sigmoid = editor.Maker(gate);
    if (!sigmoid || !editor.node(*sigmoid).Is("Sigmoid") ||
        editor.node(*sigmoid).Input(0) != x || !editor.OnlyReader(gate) ||
        editor.Readers(x).size() != 2) {
      continue;
    }
    auto fused = FusableMaker(editor, types, x);
    if (fused) {
      fused->attributes["activation"] = std::string("Swish");
      fused->outputs = node.outputs;
      editor.Remove(*editor.Maker(x));
      editor.Remove(*sigmoid);
      editor.Replace(i, *std::move(fused));
      return;
    }
  }
}

}  // namespace

Result<Graph> FuseActivation(const Graph& graph) {
  const KnownTypes types(graph);
  GraphEditor editor(graph);
  for (std::size_t i = 0; i < editor.size(); ++i) {
    FuseNode(editor, types, i);
    FuseSwish(editor, types, i);
  }
  return std::move(editor).Finish();
}

}  // namespace mien
