// SPDX-License-Identifier: Apache-2.0
//
// Operators that give the same elements other extents or another order.
#include <algorithm>
#include <utility>

#include "graph/shapes/shape_rule.h"
#include "graph/slicing.h"

namespace mien {
namespace {

ValueTypes Same(const NodeContext& context, Shape shape) {
  return {{context.type(0), std::move(shape)}};
}

Error CannotReshape(const NodeContext& context, const Shape& wanted) {
  return context.Corrupt("cannot reshape " + ShapeText(context.shape(0)) +
                         " to " + ShapeText(wanted));
}

/// The axes of attribute `axes` for a value of `rank`, as flags.
Result<std::vector<bool>> AxisFlags(const NodeContext& context,
                                    std::size_t rank) {
  std::vector<bool> flags(rank);
  for (const std::int64_t axis : context.node.Ints("axes", {})) {
    MIEN_ASSIGN_OR_RETURN(const std::size_t index,
                          context.Named(NormalizeAxis(axis, rank)));
    if (flags[index]) {
      return context.Corrupt("axis " + std::to_string(axis) + " stands twice");
    }
    flags[index] = true;
  }
  return flags;
}

/// Height and width divided and channels multiplied by `block`, or the reverse.
Result<std::int64_t> BlockSize(const NodeContext& context) {
  constexpr std::int64_t kLargestBlock = 1 << 15;
  MIEN_RETURN_IF_ERROR(context.CheckRank(0, 4));
  const std::int64_t block = context.node.Int("blocksize", 0);
  if (block < 1 || block > kLargestBlock) {
    return context.Corrupt("blocksize is " + std::to_string(block));
  }
  return block;
}

}  // namespace

Result<ValueTypes> InferReshape(const NodeContext& context) {
  MIEN_ASSIGN_OR_RETURN(const Shape wanted, context.Integers(1));
  const Shape& x = context.shape(0);
  const bool keeps_zeros = context.node.Int("allowzero", 0) != 0;
  Shape shape = wanted;
  std::optional<std::size_t> free_axis;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0 && !keeps_zeros) {
      if (i >= x.size()) {
        return CannotReshape(context, wanted);
      }
      shape[i] = x[i];
    } else if (shape[i] == -1 && !free_axis) {
      free_axis = i;
      shape[i] = 1;
    }
  }
  const auto count = CheckedNumElements(shape);
  const std::int64_t available = NumElements(x);
  if (!count || (free_axis && (*count == 0 || available % *count != 0))) {
    return CannotReshape(context, wanted);
  }
  if (free_axis) {
    shape[*free_axis] = available / *count;
  } else if (*count != available) {
    return CannotReshape(context, wanted);
  }
  return Same(context, std::move(shape));
}

Result<ValueTypes> InferFlatten(const NodeContext& context) {
  const Shape& x = context.shape(0);
  const auto rank = static_cast<std::int64_t>(x.size());
  std::int64_t axis = context.node.Int("axis", 1);
  axis = axis < 0 ? axis + rank : axis;
  if (axis < 0 || axis > rank) {
    return context.Corrupt("axis " + std::to_string(axis) +
                           " is beyond the axes of " + ShapeText(x));
  }
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(axis);
  return Same(
      context,
      {NumElements({x.begin(), middle}), NumElements({middle, x.end()})});
}

Result<ValueTypes> InferSqueeze(const NodeContext& context) {
  const Shape& x = context.shape(0);
  MIEN_ASSIGN_OR_RETURN(std::vector<bool> is_dropped,
                        AxisFlags(context, x.size()));
  Shape shape;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!context.node.Has("axes")) {
      is_dropped[i] = x[i] == 1;
    }
    if (is_dropped[i] && x[i] != 1) {
      return context.Corrupt("axis " + std::to_string(i) + " of " +
                             ShapeText(x) + " is not 1");
    }
    if (!is_dropped[i]) {
      shape.push_back(x[i]);
    }
  }
  return Same(context, std::move(shape));
}

Result<ValueTypes> InferUnsqueeze(const NodeContext& context) {
  constexpr std::size_t kHighestRank = 64;
  const Shape& x = context.shape(0);
  const std::size_t rank = x.size() + context.node.Ints("axes", {}).size();
  if (rank > kHighestRank) {
    return context.Corrupt("adds too many axes");
  }
  MIEN_ASSIGN_OR_RETURN(const auto is_new, AxisFlags(context, rank));
  Shape shape;
  auto next = x.begin();
  for (std::size_t i = 0; i < rank; ++i) {
    shape.push_back(is_new[i] ? 1 : *next++);
  }
  return Same(context, std::move(shape));
}

Result<ValueTypes> InferTranspose(const NodeContext& context) {
  const Shape& x = context.shape(0);
  std::vector<std::int64_t> reversed;
  for (std::size_t i = x.size(); i-- > 0;) {
    reversed.push_back(static_cast<std::int64_t>(i));
  }
  const std::vector<std::int64_t> order = context.node.Ints("perm", reversed);
  if (!std::ranges::is_permutation(order, reversed)) {
    return context.Corrupt("perm " + ShapeText(order) +
                           " is no order of the axes of " + ShapeText(x));
  }
  Shape shape;
  for (const std::int64_t axis : order) {
    shape.push_back(x[static_cast<std::size_t>(axis)]);
  }
  return Same(context, std::move(shape));
}

Result<ValueTypes> InferConcat(const NodeContext& context) {
  Shape shape = context.shape(0);
  if (!context.node.Has("axis")) {
    return context.Corrupt("has no axis");
  }
  MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                        context.Axis("axis", 0, shape.size()));
  for (std::size_t i = 1; i < context.inputs.size(); ++i) {
    Shape part = context.shape(i);
    const bool is_same_rank = part.size() == shape.size();
    const std::int64_t extent = is_same_rank ? part[axis] : 0;
    if (is_same_rank) {
      part[axis] = shape[axis];
    }
    if (part != shape || context.type(i) != context.type(0)) {
      return context.Corrupt("cannot join " + ShapeText(context.shape(0)) +
                             " and " + ShapeText(context.shape(i)) +
                             " along axis " + std::to_string(axis));
    }
    shape[axis] += extent;
  }
  return Same(context, std::move(shape));
}

Result<ValueTypes> InferSplit(const NodeContext& context) {
  const Shape& x = context.shape(0);
  MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                        context.Axis("axis", 0, x.size()));
  const auto count = static_cast<std::int64_t>(context.node.outputs.size());
  const std::int64_t part = (x[axis] + count - 1) / count;
  std::vector<std::int64_t> parts = context.node.Ints("split", {});
  if (parts.empty()) {
    parts.assign(context.node.outputs.size(), part);
    parts.back() = x[axis] - part * (count - 1);
  }
  std::int64_t sum = 0;
  bool is_good = parts.size() == context.node.outputs.size();
  for (const std::int64_t extent : parts) {
    is_good = is_good && extent >= 0 && extent <= x[axis];
    sum += is_good ? extent : 0;
  }
  if (!is_good || sum != x[axis]) {
    return context.Corrupt("cannot split axis " + std::to_string(axis) +
                           " of " + ShapeText(x) + " into " + ShapeText(parts));
  }
  ValueTypes outputs;
  for (const std::int64_t extent : parts) {
    outputs.push_back(*context.inputs[0]);
    outputs.back().shape[axis] = extent;
  }
  return outputs;
}

Result<ValueTypes> InferDepthToSpace(const NodeContext& context) {
  MIEN_ASSIGN_OR_RETURN(const std::int64_t block, BlockSize(context));
  const Shape& x = context.shape(0);
  const std::string mode = context.node.String("mode", "DCR");
  if (x[1] % (block * block) != 0 || (mode != "DCR" && mode != "CRD")) {
    return context.Corrupt("cannot take blocks of " + std::to_string(block) +
                           " (" + mode + ") from " + ShapeText(x));
  }
  return Same(context,
              {x[0], x[1] / (block * block), x[2] * block, x[3] * block});
}

Result<ValueTypes> InferSpaceToDepth(const NodeContext& context) {
  MIEN_ASSIGN_OR_RETURN(const std::int64_t block, BlockSize(context));
  const Shape& x = context.shape(0);
  if (x[2] % block != 0 || x[3] % block != 0) {
    return context.Corrupt("cannot take blocks of " + std::to_string(block) +
                           " from " + ShapeText(x));
  }
  return Same(context,
              {x[0], x[1] * block * block, x[2] / block, x[3] / block});
}

}  // namespace mien
