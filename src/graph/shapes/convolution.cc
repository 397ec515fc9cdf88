// SPDX-License-Identifier: Apache-2.0
//
// Convolutions, poolings and matrix products.
#include "graph/shapes/shape_rule.h"
#include "graph/window.h"

namespace mien {
namespace {

constexpr std::size_t kImageRank = 4;  // [N, C, H, W]

Result<void> CheckImage(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes({DataType::kFloat32}));
  if (context.shape(0).size() != kImageRank) {
    return context.Unsupported("works on [N, C, H, W], got " +
                               ShapeText(context.shape(0)));
  }
  return {};
}

/// Checks a vector input of one element per channel.
Result<void> CheckVector(const NodeContext& context,
                         std::size_t i,
                         std::int64_t count) {
  if (context.HasInput(i) && context.shape(i) != Shape{count}) {
    return context.Corrupt("expects " + ShapeText({count}) + " for '" +
                           context.node.Input(i) + "', got " +
                           ShapeText(context.shape(i)));
  }
  return {};
}

Error WrongChannels(const NodeContext& context,
                    std::int64_t expected,
                    std::int64_t found) {
  return context.Corrupt("expects " + std::to_string(expected) +
                         " channels, got " + std::to_string(found));
}

/// [N, channels] and the extents that the windows give.
Shape OutputShape(std::int64_t batch,
                  std::int64_t channels,
                  const std::vector<WindowAxis>& axes) {
  Shape shape = {batch, channels};
  for (const WindowAxis& axis : axes) {
    shape.push_back(axis.out);
  }
  return shape;
}

/// Output of a convolution from inputs 0 and 1; `group` divides the channels.
Result<Shape> ConvShape(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(CheckImage(context));
  MIEN_RETURN_IF_ERROR(context.CheckRank(1, kImageRank));
  const Shape& x = context.shape(0);
  const Shape& weight = context.shape(1);
  const std::int64_t group = context.node.Int("group", 1);
  if (group < 1 || weight[0] < 1 || weight[0] % group != 0 ||
      group > weight[0]) {
    return context.Corrupt("group is " + std::to_string(group) +
                           ", weights are " + ShapeText(weight));
  }
  // No overflow: group <= weight[0], and their product counts elements.
  if (x[1] != weight[1] * group) {
    return WrongChannels(context, weight[1] * group, x[1]);
  }
  MIEN_ASSIGN_OR_RETURN(const auto axes,
                        ResolveWindow(context.node, context.opset, x, weight));
  return OutputShape(x[0], weight[0], axes);
}

}  // namespace

Result<ValueTypes> InferConv(const NodeContext& context) {
  MIEN_ASSIGN_OR_RETURN(Shape shape, ConvShape(context));
  MIEN_RETURN_IF_ERROR(CheckVector(context, 2, shape[1]));
  return ValueTypes{{DataType::kFloat32, std::move(shape)}};
}

Result<ValueTypes> InferFusedConv(const NodeContext& context) {
  MIEN_ASSIGN_OR_RETURN(Shape shape, ConvShape(context));
  MIEN_RETURN_IF_ERROR(CheckVector(context, 2, shape[1]));
  if (context.HasInput(3) && context.shape(3) != shape) {
    return context.Corrupt("adds " + ShapeText(context.shape(3)) + " to " +
                           ShapeText(shape));
  }
  if (context.HasInput(4) && NumElements(context.shape(4)) != 1 &&
      NumElements(context.shape(4)) != shape[1]) {
    return context.Corrupt("has slopes " + ShapeText(context.shape(4)));
  }
  return ValueTypes{{DataType::kFloat32, std::move(shape)}};
}

Result<ValueTypes> InferConvTranspose(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(CheckImage(context));
  MIEN_RETURN_IF_ERROR(context.CheckRank(1, kImageRank));
  const Shape& x = context.shape(0);
  const Shape& weight = context.shape(1);  // [C, M / group, kh, kw]
  const std::int64_t group = context.node.Int("group", 1);
  if (x[1] != weight[0]) {
    return WrongChannels(context, weight[0], x[1]);
  }
  if (group < 1 || weight[0] < 1 || weight[0] % group != 0 ||
      group > weight[0]) {
    return context.Corrupt("group is " + std::to_string(group) +
                           ", weights are " + ShapeText(weight));
  }
  MIEN_ASSIGN_OR_RETURN(const auto axes,
                        ResolveWindow(context.node, context.opset, x, weight));
  Shape shape = OutputShape(x[0], weight[1] * group, axes);
  MIEN_RETURN_IF_ERROR(CheckVector(context, 2, shape[1]));
  return ValueTypes{{DataType::kFloat32, std::move(shape)}};
}

Result<ValueTypes> InferPool(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(CheckImage(context));
  const Shape& x = context.shape(0);
  MIEN_ASSIGN_OR_RETURN(const auto axes,
                        ResolveWindow(context.node, context.opset, x, {}));
  for (const WindowAxis& axis : axes) {
    if (axis.pad_begin >= axis.kernel || axis.pad_end >= axis.kernel) {
      return context.Corrupt("padding is as wide as its window");
    }
  }
  return ValueTypes{{DataType::kFloat32, OutputShape(x[0], x[1], axes)}};
}

Result<ValueTypes> InferGlobalPool(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(CheckImage(context));
  const Shape& x = context.shape(0);
  return ValueTypes{{DataType::kFloat32, {x[0], x[1], 1, 1}}};
}

Result<ValueTypes> InferGemm(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes({DataType::kFloat32}));
  MIEN_RETURN_IF_ERROR(context.CheckRank(0, 2));
  MIEN_RETURN_IF_ERROR(context.CheckRank(1, 2));
  const bool is_a_turned = context.node.Int("transA", 0) != 0;
  const bool is_b_turned = context.node.Int("transB", 0) != 0;
  const Shape& a = context.shape(0);
  const Shape& b = context.shape(1);
  const std::int64_t inner = a[is_a_turned ? 0 : 1];
  if (inner != b[is_b_turned ? 1 : 0]) {
    return context.Corrupt("cannot multiply " + ShapeText(a) + " and " +
                           ShapeText(b));
  }
  Shape shape = {a[is_a_turned ? 1 : 0], b[is_b_turned ? 0 : 1]};
  if (context.HasInput(2)) {
    MIEN_ASSIGN_OR_RETURN(
        const Shape sum,
        context.Named(BroadcastShapes(shape, context.shape(2))));
    if (sum != shape) {
      return context.Corrupt("adds " + ShapeText(context.shape(2)) + " to " +
                             ShapeText(shape));
    }
  }
  return ValueTypes{{DataType::kFloat32, std::move(shape)}};
}

Result<ValueTypes> InferFusedGemm(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes({DataType::kFloat32}));
  MIEN_RETURN_IF_ERROR(context.CheckRank(0, 2));
  MIEN_RETURN_IF_ERROR(context.CheckRank(1, 2));
  const Shape& x = context.shape(0);
  const Shape& weight = context.shape(1);
  if (x[1] != weight[1]) {
    return context.Corrupt("expects " + std::to_string(weight[1]) +
                           " features, got " + std::to_string(x[1]));
  }
  MIEN_RETURN_IF_ERROR(CheckVector(context, 2, weight[0]));
  return ValueTypes{{DataType::kFloat32, {x[0], weight[0]}}};
}

// As numpy.matmul: a vector counts as a matrix of one row or column, leading
// extents broadcast.
Result<ValueTypes> InferMatMul(const NodeContext& context) {
  MIEN_RETURN_IF_ERROR(context.CheckTypes({DataType::kFloat32}));
  Shape a = context.shape(0);
  Shape b = context.shape(1);
  const Error mismatch = context.Corrupt("cannot multiply " + ShapeText(a) +
                                         " and " + ShapeText(b));
  if (a.empty() || b.empty()) {
    return mismatch;
  }
  const bool is_row = a.size() == 1;
  const bool is_column = b.size() == 1;
  if (is_row) {
    a.insert(a.begin(), 1);
  }
  if (is_column) {
    b.push_back(1);
  }
  if (a.back() != b[b.size() - 2]) {
    return mismatch;
  }
  const std::int64_t rows = a[a.size() - 2];
  const std::int64_t columns = b.back();
  MIEN_ASSIGN_OR_RETURN(
      Shape shape,
      context.Named(
          BroadcastShapes({a.begin(), a.end() - 2}, {b.begin(), b.end() - 2})));
  if (!is_row) {
    shape.push_back(rows);
  }
  if (!is_column) {
    shape.push_back(columns);
  }
  return ValueTypes{{DataType::kFloat32, std::move(shape)}};
}

}  // namespace mien
