// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/broadcast.h"

#include <algorithm>

#include "runtime/reference/offset_copy.h"

namespace mien::reference {

Result<Shape> BroadcastShape(const Shape& a, const Shape& b) {
  Shape shape = a.size() >= b.size() ? a : b;
  const Shape& shorter = a.size() >= b.size() ? b : a;
  const std::size_t shift = shape.size() - shorter.size();
  for (std::size_t axis = 0; axis < shorter.size(); ++axis) {
    std::int64_t& extent = shape[axis + shift];
    if (extent == 1) {
      extent = shorter[axis];
    } else if (shorter[axis] != 1 && shorter[axis] != extent) {
      return Misfit("shapes " + ShapeText(a) + " and " + ShapeText(b) +
                    " do not broadcast");
    }
  }
  return shape;
}

Result<Tensor> BroadcastTo(const Operands& op,
                           const Tensor& source,
                           const Shape& shape) {
  if (source.shape() == shape) {
    return source;
  }
  const std::vector<std::int64_t> strides = RowMajorStrides(source.shape());
  const std::size_t shift = shape.size() - strides.size();
  MIEN_RETURN_IF_ERROR(op.CheckedSize(shape));
  std::vector<AxisOffsets> axes;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const bool stretched = axis < shift || source.shape()[axis - shift] == 1;
    axes.push_back(
        RangeOffsets(0, stretched ? 0 : strides[axis - shift], shape[axis]));
  }
  return CopyByOffsets(op, source, axes);
}

}  // namespace mien::reference
