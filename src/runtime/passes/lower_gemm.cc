// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/lower_gemm.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/fused_ops.h"
#include "runtime/passes/fused_nodes.h"
#include "runtime/passes/graph_editor.h"
#include "runtime/passes/known_types.h"
#include "runtime/reference/reference_executor.h"

namespace mien {
namespace {

/// `x` with its axes in the order `permutation`.
Result<Tensor> Transposed(const Tensor& x,
                          std::vector<std::int64_t> permutation) {
  const Node transpose{.name = "weights",
                       .op_type = "Transpose",
                       .domain = "",
                       .inputs = {"x"},
                       .outputs = {"y"},
                       .attributes = {{"perm", std::move(permutation)}}};
  const std::array<const Tensor*, 1> inputs = {&x};
  MIEN_ASSIGN_OR_RETURN(const std::vector<Tensor> outputs,
                        EvaluateNode(transpose, kDefaultOpset, inputs));
  return outputs.front();
}

Tensor Scaled(const Tensor& x, float factor) {
  std::vector<float> values = x.ToFloats();
  for (float& value : values) {
    value *= factor;
  }
  return Tensor::Float(x.shape(), values);
}

/// The addend of a Gemm with `out` outputs as a bias [out].
std::optional<Tensor> AsBias(const Tensor& addend, std::int64_t out) {
  const Shape& shape = addend.shape();
  const std::int64_t count = NumElements(shape);
  const bool is_row = shape.size() <= 2 && (shape.size() < 2 || shape[0] == 1);
  if (!is_row || (count != out && count != 1)) {
    return std::nullopt;
  }
  if (count == out) {
    return addend.Reshaped({out});
  }
  return Tensor::Float({out},
                       std::vector<float>(static_cast<std::size_t>(out),
                                          addend.ToFloats().front()));
}

/// The constant matrix that node multiplies by, or null.
const Tensor* ConstantWeights(const GraphEditor& editor, const Node& node) {
  const Tensor* weights = editor.Constant(node.Input(1));
  const bool is_matrix = weights != nullptr &&
                         weights->type() == DataType::kFloat32 &&
                         weights->shape().size() == 2;
  return is_matrix ? weights : nullptr;
}

Node MakeFusedGemm(const Node& node, std::string weights) {
  Node fused = node;
  fused.op_type = kFusedGemm;
  fused.domain = kMienDomain;
  fused.inputs = {node.Input(0), std::move(weights)};
  fused.attributes.clear();
  return fused;
}

Result<void> LowerMatrixProduct(GraphEditor& editor,
                                const KnownTypes& types,
                                std::size_t i) {
  const Node node = editor.node(i);
  const bool is_gemm = node.Is("Gemm") && node.Int("transA", 0) == 0;
  const bool is_product = node.Is("MatMul") && types.Rank(node.Input(0)) == 2;
  const Tensor* weights = ConstantWeights(editor, node);
  if ((!is_gemm && !is_product) || weights == nullptr) {
    return {};
  }
  const bool is_transposed = is_gemm && node.Int("transB", 0) != 0;
  const float alpha = is_gemm ? node.Float("alpha", 1.0F) : 1.0F;
  const std::int64_t out = weights->shape()[is_transposed ? 0 : 1];
  std::optional<Tensor> bias;
  if (!node.Input(2).empty()) {
    const Tensor* addend = editor.Constant(node.Input(2));
    bias = addend == nullptr ? std::nullopt : AsBias(*addend, out);
    if (!bias) {
      return {};
    }
  }
  std::string name = node.Input(1);
  if (!is_transposed || alpha != 1.0F) {
    Tensor matrix = *weights;
    if (!is_transposed) {
      MIEN_ASSIGN_OR_RETURN(matrix, Transposed(matrix, {1, 0}));
    }
    name = editor.AddConstant(name,
                              alpha == 1.0F ? matrix : Scaled(matrix, alpha));
  }
  Node fused = MakeFusedGemm(node, std::move(name));
  if (bias) {
    const float beta = node.Float("beta", 1.0F);
    SetInput(fused,
             2,
             editor.AddConstant(node.Input(2),
                                beta == 1.0F ? *bias : Scaled(*bias, beta)));
  }
  editor.Replace(i, std::move(fused));
  return {};
}

/// The Transpose of [N, ...] that is flattened into input 0 of `gemm`.
std::optional<std::size_t> FlattenedTranspose(const GraphEditor& editor,
                                              const KnownTypes& types,
                                              const Node& gemm) {
  const auto reshape = editor.Maker(gemm.Input(0));
  if (!reshape || !editor.OnlyReader(gemm.Input(0)) ||
      !(editor.node(*reshape).Is("Reshape") ||
        editor.node(*reshape).Is("Flatten"))) {
    return std::nullopt;
  }
  const std::string& flattened = editor.node(*reshape).Input(0);
  const auto transpose = editor.Maker(flattened);
  if (!transpose || !editor.OnlyReader(flattened) ||
      !editor.node(*transpose).Is("Transpose")) {
    return std::nullopt;
  }
  const ValueType* before = types.Find(flattened);
  const ValueType* after = types.Find(gemm.Input(0));
  const bool keeps_batch = before != nullptr && after != nullptr &&
                           after->shape.size() == 2 && !before->shape.empty() &&
                           before->shape[0] == after->shape[0];
  const std::vector<std::int64_t> order =
      editor.node(*transpose).Ints("perm", {});
  return keeps_batch && !order.empty() && order[0] == 0 ? transpose
                                                        : std::nullopt;
}

/// Weights [out, in] for inputs in the order before the permutation `order` of
/// `x` [N, ...].
Result<Tensor> ReorderedWeights(const Tensor& weights,
                                const Shape& x,
                                const std::vector<std::int64_t>& order) {
  Shape parts = {weights.shape()[0]};
  std::vector<std::int64_t> inverse(order.size());
  for (std::size_t axis = 0; axis < order.size(); ++axis) {
    const auto source = static_cast<std::size_t>(order[axis]);
    inverse[source] = static_cast<std::int64_t>(axis);
    if (axis > 0) {
      parts.push_back(x[source]);
    }
  }
  MIEN_ASSIGN_OR_RETURN(const Tensor reordered,
                        Transposed(weights.Reshaped(parts), inverse));
  return reordered.Reshaped(weights.shape());
}

Result<void> AbsorbTranspose(GraphEditor& editor,
                             const KnownTypes& types,
                             std::size_t i) {
  Node gemm = editor.node(i);
  if (!gemm.Is(kFusedGemm, kMienDomain)) {
    return {};
  }
  const auto transpose = FlattenedTranspose(editor, types, gemm);
  const Tensor* weights = ConstantWeights(editor, gemm);
  if (!transpose || weights == nullptr) {
    return {};
  }
  const std::string x = editor.node(*transpose).Input(0);
  const ValueType* x_type = types.Find(x);
  // An empty batch flattens into anything.
  if (x_type == nullptr || NumElements(x_type->shape) == 0) {
    return {};
  }
  MIEN_ASSIGN_OR_RETURN(
      Tensor reordered,
      ReorderedWeights(
          *weights, x_type->shape, editor.node(*transpose).Ints("perm", {})));
  gemm.inputs[1] = editor.AddConstant(gemm.inputs[1], std::move(reordered));
  editor.Replace(i, std::move(gemm));
  editor.Bypass(*transpose, x);
  return {};
}

}  // namespace

Result<Graph> LowerGemm(const Graph& graph) {
  const KnownTypes types(graph);
  GraphEditor editor(graph);
  for (std::size_t i = 0; i < editor.size(); ++i) {
    MIEN_RETURN_IF_ERROR(LowerMatrixProduct(editor, types, i));
    MIEN_RETURN_IF_ERROR(AbsorbTranspose(editor, types, i));
  }
  return std::move(editor).Finish();
}

}  // namespace mien
