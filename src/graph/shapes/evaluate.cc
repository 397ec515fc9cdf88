// SPDX-License-Identifier: Apache-2.0
//
// Shape arithmetic as exporters write it. Layout operators choose elements of
// their first input by index, the others compute with whole numbers in 64 bits
// and with fractions in float32.
#include "graph/shapes/evaluate.h"

#include <algorithm>
#include <array>
#include <utility>

#include "graph/shapes/arithmetic.h"
#include "graph/shapes/element_choice.h"

namespace mien {
namespace {

bool IsSmall(const Shape& shape) {
  return NumElements(shape) <= kMostSmallElements;
}

bool IsShapeArithmeticType(DataType type) {
  return type == DataType::kFloat32 || type == DataType::kInt64 ||
         type == DataType::kInt32 || type == DataType::kBool;
}

/// Whether all inputs are known, small and of a type to compute with.
bool HasSmallInputs(const NodeContext& context) {
  for (std::size_t i = 0; i < context.inputs.size(); ++i) {
    if (!context.HasInput(i)) {
      continue;
    }
    const Tensor* tensor = context.constants[i];
    if (tensor == nullptr || !IsSmall(tensor->shape()) ||
        !IsShapeArithmeticType(tensor->type())) {
      return false;
    }
  }
  return true;
}

Tensor ShapeOf(const NodeContext& context, const ValueType& type) {
  const Shape& x = context.shape(0);
  const auto rank = static_cast<std::int64_t>(x.size());
  std::int64_t start = context.node.Int("start", 0);
  start = std::clamp<std::int64_t>(start < 0 ? start + rank : start, 0, rank);
  const std::span<const std::int64_t> extents(x);
  return Tensor::Int64(
      type.shape,
      extents.subspan(static_cast<std::size_t>(start),
                      static_cast<std::size_t>(type.shape[0])));
}

}  // namespace

std::vector<Tensor> EvaluateSmall(const NodeContext& context,
                                  const ValueTypes& types) {
  for (const ValueType& type : types) {
    if (!IsSmall(type.shape) || !IsShapeArithmeticType(type.type)) {
      return {};
    }
  }
  if (context.node.op_type == "Shape") {
    return {ShapeOf(context, types[0])};
  }
  if (context.node.op_type == "Size") {
    const std::int64_t count = NumElements(context.shape(0));
    return {Tensor::Int64({}, {&count, 1})};
  }
  if (!context.node.domain.empty() || !HasSmallInputs(context)) {
    return {};
  }
  if (auto chosen = ChooseElements(context, types); !chosen.empty()) {
    return chosen;
  }
  auto computed = ComputeElements(context, types[0]);
  if (!computed) {
    return {};
  }
  return {std::move(*computed)};
}

}  // namespace mien
