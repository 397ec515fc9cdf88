// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/fold_constants.h"

#include <algorithm>
#include <array>
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
