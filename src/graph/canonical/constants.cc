// SPDX-License-Identifier: Apache-2.0
//
// Constant, ConstantOfShape, Cast, Clip and Pow.
#include <limits>
#include <utility>

#include "graph/canonical/rewriter.h"
#include "graph/onnx_types.h"

namespace mien {
namespace {

/// A bound of Clip: an attribute up to opset 10, then an input. Nothing when
/// the input is computed.
std::optional<float> ConstantBound(const Rewriter& rewriter,
                                   const Node& node,
                                   std::size_t i,
                                   std::string_view key,
                                   float unlimited) {
  if (node.Input(i).empty()) {
    return node.Float(key, unlimited);
  }
  const Tensor* bound = rewriter.Constant(node, i);
  if (bound == nullptr || NumElements(bound->shape()) != 1) {
    return std::nullopt;
  }
  return bound->ToFloats()[0];
}

/// Clip with computed bounds as Min(Max(x, low), high).
void SpellOutClip(Rewriter& rewriter, Node node) {
  const std::string low = node.Input(1);
  const std::string high = node.Input(2);
  node.inputs.resize(1);
  node.attributes.clear();
  if (!low.empty()) {
    Node max = node;
    max.op_type = "Max";
    max.inputs.push_back(low);
    if (!high.empty()) {
      max.outputs = {rewriter.FreshName(node.outputs[0] + ".max")};
      node.inputs = max.outputs;
    }
    rewriter.Add(std::move(max));
  }
  if (!high.empty()) {
    node.op_type = "Min";
    node.inputs.push_back(high);
    rewriter.Add(std::move(node));
  }
}

}  // namespace

Result<Tensor> ConstantTensor(const Node& node) {
  const auto corrupt = [](std::string what) {
    return Error{ErrorCode::kCorruptModel, std::move(what)};
  };
  if (node.attributes.size() != 1 || node.outputs.size() != 1) {
    return corrupt("must have one attribute and one output");
  }
  const auto& [key, value] = *node.attributes.begin();
  if (const auto* tensor = std::get_if<Tensor>(&value)) {
    return *tensor;
  }
  if (const auto* number = std::get_if<float>(&value)) {
    return Tensor::Float({}, {number, 1});
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return Tensor::Int64({}, {number, 1});
  }
  if (const auto* list = std::get_if<std::vector<float>>(&value)) {
    return Tensor::Float({static_cast<std::int64_t>(list->size())}, *list);
  }
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) {
    return Tensor::Int64({static_cast<std::int64_t>(list->size())}, *list);
  }
  return Error{ErrorCode::kUnsupported, "attribute '" + key + "' holds text"};
}

Result<void> RewriteConstant(Rewriter& rewriter, Node node) {
  auto tensor = ConstantTensor(node);
  if (!tensor) {
    return tensor.error().WithContext(DescribeNode(node, rewriter.opset()));
  }
  rewriter.AddNamedConstant(node.outputs[0], std::move(tensor).value());
  return {};
}

Result<void> RewriteConstantOfShape(Rewriter& rewriter, Node node) {
  const auto [value, is_new] = node.attributes.emplace("value", Tensor());
  const auto* tensor = std::get_if<Tensor>(&value->second);
  if (tensor == nullptr || NumElements(tensor->shape()) != 1) {
    return rewriter.Corrupt(node, "value must be a tensor of one element");
  }
  rewriter.Add(std::move(node));
  return {};
}

Result<void> RewriteCast(Rewriter& rewriter, Node node) {
  const std::int64_t to = node.Int("to", 0);
  const auto type = DataTypeFromOnnxNumber(to);
  if (!type) {
    return rewriter.Unsupported(node,
                                "casts to element type " + std::to_string(to));
  }
  const bool is_float = *type == DataType::kFloat16 ||
                        *type == DataType::kBfloat16 ||
                        *type == DataType::kFloat64;
  const Tensor* constant = rewriter.Constant(node, 0);
  if (constant != nullptr && constant->type() == DataType::kFloat16 &&
      (is_float || *type == DataType::kFloat32)) {
    // Weights stored in half the size: half_weights.h.
    rewriter.AddNamedConstant(node.outputs[0], constant->AsFloat32());
    return {};
  }
  node.attributes.clear();
  node.attributes["to"] = std::int64_t{
      OnnxNumberFromDataType(is_float ? DataType::kFloat32 : *type)};
  rewriter.Add(std::move(node));
  return {};
}

Result<void> RewriteClip(Rewriter& rewriter, Node node) {
  constexpr float kUnlimited = std::numeric_limits<float>::max();
  const auto low = ConstantBound(rewriter, node, 1, "min", -kUnlimited);
  const auto high = ConstantBound(rewriter, node, 2, "max", kUnlimited);
  if (!low || !high) {
    SpellOutClip(rewriter, std::move(node));
    return {};
  }
  node.inputs.resize(1);
  node.attributes["min"] = *low;
  node.attributes["max"] = *high;
  rewriter.Add(std::move(node));
  return {};
}

// The exponent may be of another type than the base. Whole constants, as some
// exporters write squares, become fractions like the base.
Result<void> RewritePow(Rewriter& rewriter, Node node) {
  const Tensor* exponent = rewriter.Constant(node, 1);
  if (exponent != nullptr && (exponent->type() == DataType::kInt64 ||
                              exponent->type() == DataType::kInt32)) {
    node.inputs[1] = rewriter.AddConstant(
        node.outputs[0] + ".exponent",
        Tensor::Float(exponent->shape(), exponent->ToFloats()));
  }
  rewriter.Add(std::move(node));
  return {};
}

}  // namespace mien
