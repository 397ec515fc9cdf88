// SPDX-License-Identifier: Apache-2.0
//
// Operators that keep every element and change where it stands.
#include <algorithm>
#include <numeric>

#include "runtime/reference/kernel.h"
#include "runtime/reference/offset_copy.h"

namespace mien::reference {
namespace {

Result<std::vector<Tensor>> Identity(const Operands& op) {
  return std::vector{op[0]};
}

Result<std::vector<Tensor>> Reshaped(const Operands& op, const Shape& shape) {
  MIEN_ASSIGN_OR_RETURN(const std::size_t size, op.CheckedSize(shape));
  if (size != ExtentProduct(op[0].shape(), 0, op[0].shape().size())) {
    return Misfit("shape " + ShapeText(op[0].shape()) + " does not become " +
                  ShapeText(shape));
  }
  return std::vector{op[0].Reshaped(shape)};
}

Result<std::vector<Tensor>> Reshape(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(Shape shape, op.Ints(1));
  const Shape& x_shape = op[0].shape();
  const bool keeps_zero = op.node().Int("allowzero", 0) != 0;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0 && !keeps_zero) {
      if (i >= x_shape.size()) {
        return Misfit("shape " + ShapeText(shape) +
                      " copies an extent that input " + ShapeText(x_shape) +
                      " lacks");
      }
      shape[i] = x_shape[i];
    }
  }
  const auto free = std::ranges::find(shape, kDynamicDim);
  if (free != shape.end()) {
    *free = 1;
    MIEN_ASSIGN_OR_RETURN(const std::size_t rest, op.CheckedSize(shape));
    const std::size_t size = ExtentProduct(x_shape, 0, x_shape.size());
    *free = rest == 0 ? 0 : static_cast<std::int64_t>(size / rest);
  }
  return Reshaped(op, shape);
}

Result<std::vector<Tensor>> Flatten(const Operands& op) {
  const Shape& shape = op[0].shape();
  const auto rank = static_cast<std::int64_t>(shape.size());
  const std::int64_t axis = op.node().Int("axis", 1);
  if (axis < -rank || axis > rank) {
    return Misfit("axis is " + std::to_string(axis) + "; the rank is " +
                  std::to_string(rank));
  }
  const auto split = static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
  return Reshaped(
      op,
      {static_cast<std::int64_t>(ExtentProduct(shape, 0, split)),
       static_cast<std::int64_t>(ExtentProduct(shape, split, shape.size()))});
}

Result<std::vector<Tensor>> Squeeze(const Operands& op) {
  const Shape& shape = op[0].shape();
  const bool names_axes = op.node().Has("axes");
  MIEN_ASSIGN_OR_RETURN(const std::vector<std::size_t> axes,
                        CheckedAxes(op.node().Ints("axes", {}), shape.size()));
  Shape squeezed;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const bool named = std::ranges::find(axes, axis) != axes.end();
    if (named && shape[axis] != 1) {
      return Misfit("axis " + std::to_string(axis) + " of " + ShapeText(shape) +
                    " is not 1");
    }
    if (!named && (names_axes || shape[axis] != 1)) {
      squeezed.push_back(shape[axis]);
    }
  }
  return Reshaped(op, squeezed);
}

Result<std::vector<Tensor>> Unsqueeze(const Operands& op) {
  const std::vector<std::int64_t> given = op.node().Ints("axes", {});
  const std::size_t rank = op[0].shape().size() + given.size();
  MIEN_ASSIGN_OR_RETURN(const std::vector<std::size_t> axes,
                        CheckedAxes(given, rank));
  Shape shape;
  auto next = op[0].shape().begin();
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const bool is_new = std::ranges::find(axes, axis) != axes.end();
    shape.push_back(is_new ? 1 : *next++);
  }
  return Reshaped(op, shape);
}

/// `x` with axis i of the result being axis permutation[i] of `x`.
Result<Tensor> Permuted(const Operands& op,
                        const Tensor& x,
                        std::span<const std::size_t> permutation) {
  const std::vector<AxisOffsets> source = IdentityOffsets(x.shape());
  std::vector<AxisOffsets> axes;
  for (const std::size_t axis : permutation) {
    axes.push_back(source[axis]);
  }
  return CopyByOffsets(op, x, axes);
}

Result<std::vector<Tensor>> Transpose(const Operands& op) {
  const std::size_t rank = op[0].shape().size();
  std::vector<std::int64_t> reversed(rank);
  std::iota(reversed.rbegin(), reversed.rend(), 0);
  MIEN_ASSIGN_OR_RETURN(const std::vector<std::size_t> permutation,
                        CheckedAxes(op.node().Ints("perm", reversed), rank));
  if (permutation.size() != rank) {
    return Misfit("perm has " + std::to_string(permutation.size()) +
                  " axes; the rank is " + std::to_string(rank));
  }
  MIEN_ASSIGN_OR_RETURN(Tensor y, Permuted(op, op[0], permutation));
  return std::vector{std::move(y)};
}

/// The attribute blocksize of a 4-d operator.
Result<std::int64_t> BlockSize(const Operands& op) {
  constexpr std::int64_t kLargest = 1 << 12;
  const std::int64_t block = op.node().Int("blocksize", 0);
  if (op[0].shape().size() != 4 || block < 1 || block > kLargest) {
    return Misfit("blocks of " + std::to_string(block) + " in input " +
                  ShapeText(op[0].shape()));
  }
  return block;
}

Result<std::vector<Tensor>> DepthToSpace(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const std::int64_t block, BlockSize(op));
  const Shape& x = op[0].shape();
  if (x[1] % (block * block) != 0) {
    return Misfit(std::to_string(x[1]) + " channels in blocks of " +
                  std::to_string(block));
  }
  const std::int64_t channels = x[1] / (block * block);
  const bool depth_first = op.node().String("mode", "DCR") == "DCR";
  const Shape parts = depth_first
                          ? Shape{x[0], block, block, channels, x[2], x[3]}
                          : Shape{x[0], channels, block, block, x[2], x[3]};
  const std::size_t order_depth_first[] = {0, 3, 4, 1, 5, 2};
  const std::size_t order_column_first[] = {0, 1, 4, 2, 5, 3};
  MIEN_ASSIGN_OR_RETURN(
      const Tensor y,
      Permuted(op,
               op[0].Reshaped(parts),
               depth_first ? order_depth_first : order_column_first));
  return std::vector{y.Reshaped({x[0], channels, x[2] * block, x[3] * block})};
}

Result<std::vector<Tensor>> SpaceToDepth(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const std::int64_t block, BlockSize(op));
  const Shape& x = op[0].shape();
  if (x[2] % block != 0 || x[3] % block != 0) {
    return Misfit("input " + ShapeText(x) + " in blocks of " +
                  std::to_string(block));
  }
  const Shape parts = {x[0], x[1], x[2] / block, block, x[3] / block, block};
  const std::size_t order[] = {0, 3, 5, 1, 2, 4};
  MIEN_ASSIGN_OR_RETURN(const Tensor y,
                        Permuted(op, op[0].Reshaped(parts), order));
  return std::vector{
      y.Reshaped({x[0], x[1] * block * block, x[2] / block, x[3] / block})};
}

constexpr KernelEntry kTable[] = {
    {"DepthToSpace", 1, DepthToSpace},
    {"Dropout", 1, Identity},
    {"Flatten", 1, Flatten},
    {"Identity", 1, Identity},
    {"Reshape", 2, Reshape},
    {"SpaceToDepth", 1, SpaceToDepth},
    {"Squeeze", 1, Squeeze},
    {"Transpose", 1, Transpose},
    {"Unsqueeze", 1, Unsqueeze},
};

}  // namespace

KernelTable LayoutKernels() { return kTable; }

}  // namespace mien::reference
