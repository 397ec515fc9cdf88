// SPDX-License-Identifier: Apache-2.0
//
// Operators that work element by element.
#include <algorithm>

#include "graph/onnx_types.h"
#include "graph/shapes/shape_rule.h"

namespace mien {
namespace {

constexpr std::initializer_list<DataType> kNumeric = {
    DataType::kFloat32, DataType::kInt64, DataType::kInt32};

/// Extents of all inputs from `first` on, broadcast; they must be of one type.
Result<Shape> BroadcastInputs(const NodeContext& context, std::size_t first) {
  Shape shape = context.shape(first);
  for (std::size_t i = first + 1; i < context.inputs.size(); ++i) {
    if (context.type(i) != context.type(first)) {
      return context.Corrupt("expects inputs of one type, got " +
                             std::string(DataTypeName(context.type(first))) +
                             " and " +
                             std::string(DataTypeName(context.type(i))));
    }
    MIEN_ASSIGN_OR_RETURN(
        shape, context.Named(BroadcastShapes(shape, context.shape(i))));
  }
  return shape;
}

/// Checks that inputs 1 and 2, scale and zero point, hold one number or one per
/// index of the node's axis.
Result<void> CheckSteps(const NodeContext& context) {
  const Shape& x = context.shape(0);
  MIEN_RETURN_IF_ERROR(context.CheckType(1, {DataType::kFloat32}));
  const std::int64_t count = NumElements(context.shape(1));
  if (count != 1 || !context.shape(1).empty()) {
    MIEN_ASSIGN_OR_RETURN(
        const std::size_t axis,
        context.Axis("axis", 1, std::max<std::size_t>(x.size(), 1)));
    if (count != 1 && (x.empty() || x[axis] != count)) {
      return context.Corrupt("has " + std::to_string(count) +
                             " scales for axis " + std::to_string(axis) +
                             " of " + ShapeText(x));
    }
  }
  if (context.HasInput(2) && NumElements(context.shape(2)) != count) {
    return context.Corrupt("has " + std::to_string(count) + " scales and " +
                           ShapeText(context.shape(2)) + " zero points");
  }
  return {};
}

}  // namespace

Result<ValueTypes> InferQuantizeLinear(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(
      context.CheckType(0, {DataType::kFloat32, DataType::kInt32}));
  MIEN_RETURN_IF_ERROR(CheckSteps(context));
  DataType type = DataType::kUint8;
  if (context.HasInput(2)) {
    MIEN_RETURN_IF_ERROR(
        context.CheckType(2, {DataType::kUint8, DataType::kInt8}));
    type = context.type(2);
  }
  return ValueTypes{{type, context.shape(0)}};
}

Result<ValueTypes> InferDequantizeLinear(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckType(
      0, {DataType::kUint8, DataType::kInt8, DataType::kInt32}));
  MIEN_RETURN_IF_ERROR(CheckSteps(context));
  if (context.HasInput(2)) {
    MIEN_RETURN_IF_ERROR(context.CheckType(2, {context.type(0)}));
  }
  return ValueTypes{{DataType::kFloat32, context.shape(0)}};
}

Result<ValueTypes> InferFloatUnary(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckType(0, {DataType::kFloat32}));
  return ValueTypes{*context.inputs[0]};
}

Result<ValueTypes> InferNumericUnary(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckType(0, kNumeric));
  return ValueTypes{*context.inputs[0]};
}

Result<ValueTypes> InferIdentity(const NodeContext& context) {
  return ValueTypes{*context.inputs[0]};
}

Result<ValueTypes> InferCast(const NodeContext& context) {
  const auto type = DataTypeFromOnnxNumber(context.node.Int("to", 0));
  if (!type) {
    return context.Corrupt("casts to an unknown type");
  }
  return ValueTypes{{*type, context.shape(0)}};
}

Result<ValueTypes> InferNumericList(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes(kNumeric));
  MIEN_ASSIGN_OR_RETURN(Shape shape, BroadcastInputs(context, 0));
  return ValueTypes{{context.type(0), std::move(shape)}};
}

Result<ValueTypes> InferComparison(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes({DataType::kFloat32,
                                           DataType::kInt64,
                                           DataType::kInt32,
                                           DataType::kBool}));
  MIEN_ASSIGN_OR_RETURN(Shape shape, BroadcastInputs(context, 0));
  return ValueTypes{{DataType::kBool, std::move(shape)}};
}

Result<ValueTypes> InferLogic(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes({DataType::kBool}));
  MIEN_ASSIGN_OR_RETURN(Shape shape, BroadcastInputs(context, 0));
  return ValueTypes{{DataType::kBool, std::move(shape)}};
}

Result<ValueTypes> InferWhere(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckType(0, {DataType::kBool}));
  MIEN_ASSIGN_OR_RETURN(const Shape chosen, BroadcastInputs(context, 1));
  MIEN_ASSIGN_OR_RETURN(
      Shape shape, context.Named(BroadcastShapes(context.shape(0), chosen)));
  return ValueTypes{{context.type(1), std::move(shape)}};
}

Result<ValueTypes> InferPrelu(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes({DataType::kFloat32}));
  const Shape& x = context.shape(0);
  const std::int64_t channels = x.size() > 1 ? x[1] : 1;
  const std::int64_t slopes = NumElements(context.shape(1));
  if (slopes != 1 && slopes != channels) {
    return context.Corrupt("expects 1 or " + std::to_string(channels) +
                           " slopes, got " + ShapeText(context.shape(1)));
  }
  return ValueTypes{*context.inputs[0]};
}

}  // namespace mien
