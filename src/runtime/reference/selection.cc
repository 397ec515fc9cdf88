// SPDX-License-Identifier: Apache-2.0
//
// Operators that pick or repeat elements.
#include <algorithm>
#include <cstring>
#include <numeric>

#include "runtime/reference/broadcast.h"
#include "runtime/reference/kernel.h"
#include "runtime/reference/offset_copy.h"

namespace mien::reference {
namespace {

/// Extents and type of the inputs joined along `axis`.
Result<Shape> JoinedShape(const Operands& op, std::size_t axis) {
  Shape joined = op[0].shape();
  for (std::size_t i = 1; i < op.num_inputs(); ++i) {
    if (!op.Has(i) || op[i].type() != op[0].type()) {
      return Misfit("input " + std::to_string(i) +
                    " is missing or of another type");
    }
    Shape expected = op[i].shape();
    if (expected.size() == joined.size()) {
      expected[axis] = joined[axis];
    }
    if (expected != joined) {
      return Misfit("shapes " + ShapeText(op[0].shape()) + " and " +
                    ShapeText(op[i].shape()) + " do not join along axis " +
                    std::to_string(axis));
    }
    joined[axis] += op[i].shape()[axis];
  }
  return joined;
}

Result<std::vector<Tensor>> Concat(const Operands& op) {
  const std::size_t rank = op[0].shape().size();
  MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                        NormalizeAxis(op.node().Int("axis", 1), rank));
  MIEN_ASSIGN_OR_RETURN(const Shape shape, JoinedShape(op, axis));
  MIEN_ASSIGN_OR_RETURN(const std::size_t size, op.CheckedSize(shape));
  const std::size_t outer = ExtentProduct(shape, 0, axis);
  const std::size_t element_bytes = ElementBytes(op[0].type());
  std::vector<std::byte> bytes(size * element_bytes);
  std::byte* target = bytes.data();
  for (std::size_t i = 0; i < outer; ++i) {
    for (std::size_t k = 0; k < op.num_inputs(); ++k) {
      const std::size_t chunk =
          ExtentProduct(op[k].shape(), axis, rank) * element_bytes;
      std::copy_n(op[k].bytes().data() + i * chunk, chunk, target);
      target += chunk;
    }
  }
  return std::vector{Tensor(op[0].type(), shape, std::move(bytes))};
}

/// The input restricted to `slices`, one per axis.
Result<Tensor> Sliced(const Operands& op, std::span<const SliceAxis> slices) {
  const std::vector<std::int64_t> strides = RowMajorStrides(op[0].shape());
  std::vector<AxisOffsets> axes;
  for (std::size_t axis = 0; axis < slices.size(); ++axis) {
    const SliceAxis& slice = slices[axis];
    // The step of a single element may be too long to be multiplied.
    const std::int64_t step = slice.count > 1 ? slice.step * strides[axis] : 0;
    axes.push_back(
        RangeOffsets(slice.start * strides[axis], step, slice.count));
  }
  return CopyByOffsets(op, op[0], axes);
}

/// Lengths of the parts of an axis of `extent`.
Result<std::vector<std::int64_t>> PartLengths(const Operands& op,
                                              std::int64_t extent) {
  if (op.node().Has("split")) {
    return op.node().Ints("split", {});
  }
  const auto parts = static_cast<std::int64_t>(op.node().outputs.size());
  if (parts == 0) {
    return Misfit("has no outputs");
  }
  // The last part is smaller where they cannot be equal.
  const std::int64_t length = (extent + parts - 1) / parts;
  std::vector<std::int64_t> lengths(static_cast<std::size_t>(parts), length);
  lengths.back() = extent - length * (parts - 1);
  return lengths;
}

Result<std::vector<Tensor>> Split(const Operands& op) {
  const Shape& shape = op[0].shape();
  MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                        NormalizeAxis(op.node().Int("axis", 0), shape.size()));
  MIEN_ASSIGN_OR_RETURN(const std::vector<std::int64_t> lengths,
                        PartLengths(op, shape[axis]));
  std::vector<SliceAxis> slices;
  for (const std::int64_t extent : shape) {
    slices.push_back({.start = 0, .step = 1, .count = extent});
  }
  std::vector<Tensor> parts;
  std::int64_t start = 0;
  for (const std::int64_t length : lengths) {
    if (length < 0 || length > shape[axis] - start) {
      return Misfit("parts do not fit into axis " + std::to_string(axis) +
                    " of " + ShapeText(shape));
    }
    slices[axis] = {.start = start, .step = 1, .count = length};
    MIEN_ASSIGN_OR_RETURN(Tensor part, Sliced(op, slices));
    parts.push_back(std::move(part));
    start += length;
  }
  if (start != shape[axis]) {
    return Misfit("parts do not fill axis " + std::to_string(axis) + " of " +
                  ShapeText(shape));
  }
  return parts;
}

Result<std::vector<Tensor>> Slice(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const auto starts, op.Ints(1));
  MIEN_ASSIGN_OR_RETURN(const auto ends, op.Ints(2));
  MIEN_ASSIGN_OR_RETURN(const auto axes, op.IntsOr(3, {}));
  MIEN_ASSIGN_OR_RETURN(const auto steps, op.IntsOr(4, {}));
  MIEN_ASSIGN_OR_RETURN(const std::vector<SliceAxis> slices,
                        ResolveSlice(op[0].shape(), starts, ends, axes, steps));
  MIEN_ASSIGN_OR_RETURN(Tensor y, Sliced(op, slices));
  return std::vector{std::move(y)};
}

Result<std::vector<Tensor>> Gather(const Operands& op) {
  const Shape& shape = op[0].shape();
  MIEN_ASSIGN_OR_RETURN(const std::size_t axis,
                        NormalizeAxis(op.node().Int("axis", 0), shape.size()));
  MIEN_ASSIGN_OR_RETURN(const auto indices, op.Ints(1));
  std::vector<AxisOffsets> axes = IdentityOffsets(shape);
  const std::int64_t stride = RowMajorStrides(shape)[axis];
  axes[axis].clear();
  for (std::int64_t index : indices) {
    if (index < -shape[axis] || index >= shape[axis]) {
      return Misfit("index " + std::to_string(index) + " on axis " +
                    std::to_string(axis) + " of " + ShapeText(shape));
    }
    index += index < 0 ? shape[axis] : 0;
    axes[axis].push_back(index * stride);
  }
  MIEN_ASSIGN_OR_RETURN(const Tensor y, CopyByOffsets(op, op[0], axes));
  // The axis becomes as many axes as the indices have.
  Shape y_shape(shape.begin(),
                shape.begin() + static_cast<std::ptrdiff_t>(axis));
  y_shape.insert(y_shape.end(), op[1].shape().begin(), op[1].shape().end());
  y_shape.insert(y_shape.end(),
                 shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1,
                 shape.end());
  return std::vector{y.Reshaped(y_shape)};
}

Result<std::vector<Tensor>> Expand(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const auto wanted, op.Ints(1));
  MIEN_RETURN_IF_ERROR(op.CheckedSize(wanted));
  MIEN_ASSIGN_OR_RETURN(const Shape shape,
                        BroadcastShape(op[0].shape(), wanted));
  MIEN_ASSIGN_OR_RETURN(Tensor y, BroadcastTo(op, op[0], shape));
  return std::vector{std::move(y)};
}

Result<std::vector<Tensor>> Tile(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const auto repeats, op.Ints(1));
  const Shape& shape = op[0].shape();
  if (repeats.size() != shape.size()) {
    return Misfit("has " + std::to_string(repeats.size()) +
                  " repeats; the rank is " + std::to_string(shape.size()));
  }
  // [r0, e0, r1, e1, ...]: each extent behind its repeats.
  Shape parts;
  Shape tiled;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    parts.insert(parts.end(), {repeats[axis], shape[axis]});
  }
  MIEN_RETURN_IF_ERROR(op.CheckedSize(parts));
  const std::vector<AxisOffsets> source = IdentityOffsets(shape);
  std::vector<AxisOffsets> axes;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    axes.push_back(RangeOffsets(0, 0, repeats[axis]));
    axes.push_back(source[axis]);
    tiled.push_back(repeats[axis] * shape[axis]);
  }
  MIEN_ASSIGN_OR_RETURN(const Tensor y, CopyByOffsets(op, op[0], axes));
  return std::vector{y.Reshaped(tiled)};
}

constexpr KernelEntry kTable[] = {
    {"Concat", 1, Concat},
    {"Expand", 2, Expand},
    {"Gather", 2, Gather},
    {"Slice", 3, Slice},
    {"Split", 1, Split},
    {"Tile", 2, Tile},
};

}  // namespace

KernelTable SelectionKernels() { return kTable; }

}  // namespace mien::reference
