// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/fold_constants.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/passes/graph_editor.h"
#include "runtime/reference/reference_executor.h"

namespace mien {
namespace {

/// Elements that folding may read and write: so many, and a few times what the
/// file itself holds (weights that are transposed or scaled).
constexpr std::int64_t kElementBudget = std::int64_t{1} << 24;
constexpr std::int64_t kConstantReads = 4;

std::int64_t ElementBudget(const Graph& graph) {
  std::int64_t budget = kElementBudget;
  for (const auto& [name, constant] : graph.initializers) {
    budget += kConstantReads * NumElements(constant.shape());
  }
  return budget;
}

/// Operators whose time is not bounded by the elements that they read and
/// write. Real graphs do not apply them to constants.
constexpr std::array<std::string_view, 11> kHeavy = {"AveragePool",
                                                     "Conv",
                                                     "ConvTranspose",
                                                     "FusedConv",
                                                     "FusedGemm",
                                                     "Gemm",
                                                     "LRN",
                                                     "LpPool",
                                                     "MatMul",
                                                     "MaxPool",
                                                     "TopK"};

/// The constants that `node` reads; none when one is not constant.
std::optional<std::vector<const Tensor*>> ConstantInputs(
    const GraphEditor& editor, const Node& node) {
  std::vector<const Tensor*> inputs;
  for (const std::string& input : node.inputs) {
    const Tensor* constant = editor.Constant(input);
    if (constant == nullptr && !input.empty()) {
      return std::nullopt;
    }
    inputs.push_back(constant);
  }
  return inputs;
}

/// Whether `zero_points`, if there are any, are `count` zeros.
bool AreZeros(const Tensor* zero_points, std::size_t count) {
  if (zero_points == nullptr) {
    return true;
  }
  return zero_points->type() == DataType::kInt8 &&
         zero_points->ToFloats() == std::vector<float>(count);
}

/// What a DequantizeLinear makes of integer weights that have one step, or one
/// for each row, and no zero points: nothing is computed until the weights are
/// packed. The product of 8 and 24 bits is exact in double precision, so the
/// elements are those of the operator.
std::optional<Tensor> DequantizedWeights(
    const Node& node, const std::vector<const Tensor*>& inputs) {
  if (!node.Is("DequantizeLinear") || inputs.size() < 2 ||
      inputs[0] == nullptr || inputs[1] == nullptr ||
      inputs[0]->type() != DataType::kInt8 || inputs[0]->shape().empty()) {
    return std::nullopt;
  }
  const Tensor& weights = *inputs[0];
  const std::vector<float> steps = inputs[1]->ToFloats();
  const auto rows = static_cast<std::size_t>(weights.shape().front());
  const bool is_per_row = node.Int("axis", 1) == 0 && steps.size() == rows;
  if (steps.empty() || (steps.size() != 1 && !is_per_row) ||
      !AreZeros(inputs.size() > 2 ? inputs[2] : nullptr, steps.size())) {
    return std::nullopt;
  }
  StoredElements stored = weights.stored();
  stored.row_scales.assign(steps.begin(), steps.end());
  stored.row_scales.resize(rows, double{steps.front()});
  return Tensor::Deferred(
      DataType::kFloat32, weights.shape(), std::move(stored));
}

class Folder {
 public:
  explicit Folder(const Graph& graph)
      : editor_(graph), budget_(ElementBudget(graph)) {}

  Graph Fold() && {
    for (std::size_t i = 0; i < editor_.size(); ++i) {
      TryFold(i);
    }
    return std::move(editor_).Finish();
  }

 private:
  void TryFold(std::size_t i) {
    const Node node = editor_.node(i);
    const auto inputs = ConstantInputs(editor_, node);
    if (!inputs || std::ranges::find(kHeavy, node.op_type) != kHeavy.end()) {
      return;
    }
    for (const Tensor* input : *inputs) {
      budget_ -= input == nullptr ? 0 : NumElements(input->shape());
    }
    if (budget_ <= 0) {
      return;
    }
    if (auto weights = DequantizedWeights(node, *inputs)) {
      return Store(i, node, {*std::move(weights)});
    }
    const ReferenceOptions options{.max_elements = budget_};
    const auto results =
        EvaluateNode(node, editor_.graph().opset, *inputs, options);
    if (results) {
      Store(i, node, *results);
    }
  }

  void Store(std::size_t i,
             const Node& node,
             const std::vector<Tensor>& results) {
    editor_.Remove(i);
    for (std::size_t k = 0; k < node.outputs.size(); ++k) {
      if (!node.outputs[k].empty()) {
        budget_ -= NumElements(results[k].shape());
        editor_.SetConstant(node.outputs[k], results[k]);
      }
    }
  }

  GraphEditor editor_;
  std::int64_t budget_;
};

}  // namespace

Result<Graph> FoldConstants(const Graph& graph) { return Folder(graph).Fold(); }

}  // namespace mien
