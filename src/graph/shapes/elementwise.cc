// SPDX-License-Identifier: Apache-2.0
//
// Operators that work element by element.
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

}  // namespace

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
