// SPDX-License-Identifier: Apache-2.0
//
// Normalisations, softmax and reductions.
#include <algorithm>

#include "graph/shapes/shape_rule.h"
#include "graph/slicing.h"

namespace mien {
namespace {

/// Checks that inputs 1 to `last` are [C], C being extent 1 of x.
Result<ValueTypes> InferPerChannel(const NodeContext& context,
                                   std::size_t last) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes({DataType::kFloat32}));
  const Shape& x = context.shape(0);
  if (x.size() < 2) {
    return context.Corrupt("expects [N, C, ...], got " + ShapeText(x));
  }
  for (std::size_t i = 1; i <= last; ++i) {
    if (context.shape(i) != Shape{x[1]}) {
      return context.Corrupt("expects " + ShapeText(context.shape(i)) +
                             " channels, got " + std::to_string(x[1]));
    }
  }
  return ValueTypes{*context.inputs[0]};
}

/// Which axes a reduction goes over.
Result<std::vector<bool>> ReducedAxes(const NodeContext& context) {
  const std::size_t rank = context.shape(0).size();
  const std::vector<std::int64_t> axes = context.node.Ints("axes", {});
  std::vector<bool> is_reduced(rank, axes.empty());
  for (const std::int64_t axis : axes) {
    MIEN_ASSIGN_OR_RETURN(const std::size_t index,
                          context.Named(NormalizeAxis(axis, rank)));
    is_reduced[index] = true;
  }
  return is_reduced;
}

Shape ReducedShape(const Shape& x,
                   const std::vector<bool>& is_reduced,
                   bool keeps_extents) {
  Shape shape;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!is_reduced[i]) {
      shape.push_back(x[i]);
    } else if (keeps_extents) {
      shape.push_back(1);
    }
  }
  return shape;
}

}  // namespace

Result<ValueTypes> InferBatchNormalization(const NodeContext& context) {
  return InferPerChannel(context, 4);
}

Result<ValueTypes> InferInstanceNormalization(const NodeContext& context) {
  if (context.shape(0).size() < 3) {
    return context.Corrupt("expects [N, C, ...] with spatial extents, got " +
                           ShapeText(context.shape(0)));
  }
  return InferPerChannel(context, 2);
}

Result<ValueTypes> InferLayerNormalization(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes({DataType::kFloat32}));
  const Shape& x = context.shape(0);
  MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                        context.Axis("axis", -1, x.size()));
  const Shape normalised(x.begin() + static_cast<std::ptrdiff_t>(axis),
                         x.end());
  for (std::size_t i = 1; i < context.inputs.size(); ++i) {
    if (context.HasInput(i) && context.shape(i) != normalised) {
      return context.Corrupt("expects " + ShapeText(normalised) + " for '" +
                             context.node.Input(i) + "', got " +
                             ShapeText(context.shape(i)));
    }
  }
  return ValueTypes{*context.inputs[0]};
}

Result<ValueTypes> InferLrn(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes({DataType::kFloat32}));
  MIEN_RETURN_IF_ERROR(context.CheckRank(0, 4));
  if (context.node.Int("size", 0) < 1) {
    return context.Corrupt("size must be >= 1");
  }
  return ValueTypes{*context.inputs[0]};
}

// Softmax, LogSoftmax, LpNormalization.
Result<ValueTypes> InferOverAxis(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes({DataType::kFloat32}));
  MIEN_RETURN_IF_ERROR(context.Axis("axis", -1, context.shape(0).size()));
  const std::int64_t p = context.node.Int("p", 2);
  if (p != 1 && p != 2) {
    return context.Corrupt("p is " + std::to_string(p) + "; must be 1 or 2");
  }
  return ValueTypes{*context.inputs[0]};
}

Result<ValueTypes> InferReduction(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes(
      {DataType::kFloat32, DataType::kInt64, DataType::kInt32}));
  MIEN_ASSIGN_OR_RETURN(const auto is_reduced, ReducedAxes(context));
  return ValueTypes{{context.type(0),
                     ReducedShape(context.shape(0),
                                  is_reduced,
                                  context.node.Int("keepdims", 1) != 0)}};
}

Result<ValueTypes> InferArgReduction(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes({DataType::kFloat32}));
  const Shape& x = context.shape(0);
  MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                        context.Axis("axis", 0, x.size()));
  if (x[axis] < 1) {
    return context.Corrupt("has nothing to choose from in " + ShapeText(x));
  }
  std::vector<bool> is_reduced(x.size());
  is_reduced[axis] = true;
  return ValueTypes{
      {DataType::kInt64,
       ReducedShape(x, is_reduced, context.node.Int("keepdims", 1) != 0)}};
}

}  // namespace mien
