// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// What a shape rule sees of one node of a canonical graph.
struct NodeContext {
  const Node& node;
  int opset;

  /// One per input, null where it is left out.
  std::vector<const ValueType*> inputs;

  /// The same inputs where their elements are known, otherwise null.
  std::vector<const Tensor*> constants;

  [[nodiscard]] bool HasInput(std::size_t i) const {
    return i < inputs.size() && inputs[i] != nullptr;
  }

  [[nodiscard]] const Shape& shape(std::size_t i) const {
    return inputs[i]->shape;
  }

  [[nodiscard]] DataType type(std::size_t i) const { return inputs[i]->type; }

  /// "conv1: " and `what`.
  [[nodiscard]] Error Corrupt(const std::string& what) const;

  /// "conv1 (Conv, opset 13): " and `what`.
  [[nodiscard]] Error Unsupported(const std::string& what) const;

  /// `result`, its error with the node's name before it.
  template <typename T>
  [[nodiscard]] Result<T> Named(Result<T> result) const {
    if (!result) {
      return Corrupt(result.error().message);
    }
    return result;
  }

  /// The elements of integer input `i`.
  ///
  /// Errors:
  /// - kUnsupported: they are known only when the network runs.
  /// - kCorruptModel: they are no integers.
  [[nodiscard]] Result<std::vector<std::int64_t>> Integers(std::size_t i) const;

  /// Checks that input `i` is there and of one of `types`.
  [[nodiscard]] Result<void> CheckType(
      std::size_t i, std::initializer_list<DataType> types) const;

  /// CheckType() of every input that is there.
  [[nodiscard]] Result<void> CheckTypes(
      std::initializer_list<DataType> types) const;

  /// Checks that input `i` has `rank` extents.
  [[nodiscard]] Result<void> CheckRank(std::size_t i, std::size_t rank) const;

  /// Attribute `key` as an axis of a value of `rank`.
  [[nodiscard]] Result<std::size_t> Axis(std::string_view key,
                                         std::int64_t fallback,
                                         std::size_t rank) const;
};

using ValueTypes = std::vector<ValueType>;

/// Types of all outputs of one node.
using ShapeRule = Result<ValueTypes> (*)(const NodeContext& context);

/// Extents that NumPy's broadcasting gives to `a` and `b`; an error without a
/// node's name where they do not fit.
Result<Shape> BroadcastShapes(const Shape& a, const Shape& b);

// The rules of one file each beside this one; shape_rules.cc says which
// operator takes which.
Result<ValueTypes> InferArgReduction(const NodeContext& context);
Result<ValueTypes> InferBatchNormalization(const NodeContext& context);
Result<ValueTypes> InferCast(const NodeContext& context);
Result<ValueTypes> InferComparison(const NodeContext& context);
Result<ValueTypes> InferConcat(const NodeContext& context);
Result<ValueTypes> InferConstantOfShape(const NodeContext& context);
Result<ValueTypes> InferConv(const NodeContext& context);
Result<ValueTypes> InferConvTranspose(const NodeContext& context);
Result<ValueTypes> InferDepthToSpace(const NodeContext& context);
Result<ValueTypes> InferDequantizeLinear(const NodeContext& context);
Result<ValueTypes> InferExpand(const NodeContext& context);
Result<ValueTypes> InferFlatten(const NodeContext& context);
Result<ValueTypes> InferFloatUnary(const NodeContext& context);
Result<ValueTypes> InferFusedConv(const NodeContext& context);
Result<ValueTypes> InferFusedGemm(const NodeContext& context);
Result<ValueTypes> InferGather(const NodeContext& context);
Result<ValueTypes> InferGemm(const NodeContext& context);
Result<ValueTypes> InferGlobalPool(const NodeContext& context);
Result<ValueTypes> InferIdentity(const NodeContext& context);
Result<ValueTypes> InferInstanceNormalization(const NodeContext& context);
Result<ValueTypes> InferLayerNormalization(const NodeContext& context);
Result<ValueTypes> InferLogic(const NodeContext& context);
Result<ValueTypes> InferLrn(const NodeContext& context);
Result<ValueTypes> InferMatMul(const NodeContext& context);
Result<ValueTypes> InferNumericList(const NodeContext& context);
Result<ValueTypes> InferNumericUnary(const NodeContext& context);
Result<ValueTypes> InferOverAxis(const NodeContext& context);
Result<ValueTypes> InferPad(const NodeContext& context);
Result<ValueTypes> InferPool(const NodeContext& context);
Result<ValueTypes> InferPrelu(const NodeContext& context);
Result<ValueTypes> InferQuantizeLinear(const NodeContext& context);
Result<ValueTypes> InferRange(const NodeContext& context);
Result<ValueTypes> InferReduction(const NodeContext& context);
Result<ValueTypes> InferReshape(const NodeContext& context);
Result<ValueTypes> InferResize(const NodeContext& context);
Result<ValueTypes> InferShape(const NodeContext& context);
Result<ValueTypes> InferSize(const NodeContext& context);
Result<ValueTypes> InferSlice(const NodeContext& context);
Result<ValueTypes> InferSpaceToDepth(const NodeContext& context);
Result<ValueTypes> InferSplit(const NodeContext& context);
Result<ValueTypes> InferSqueeze(const NodeContext& context);
Result<ValueTypes> InferTile(const NodeContext& context);
Result<ValueTypes> InferTopK(const NodeContext& context);
Result<ValueTypes> InferTranspose(const NodeContext& context);
Result<ValueTypes> InferUnsqueeze(const NodeContext& context);
Result<ValueTypes> InferWhere(const NodeContext& context);

/// The rule for an operator, or null.
ShapeRule FindShapeRule(const Node& node);

}  // namespace mien
