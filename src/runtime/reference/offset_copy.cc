// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/offset_copy.h"

#include <algorithm>
#include <cstring>

namespace mien::reference {
namespace {

class Copier {
 public:
  Copier(const Tensor& source,
         const std::vector<AxisOffsets>& axes,
         std::span<const std::byte> fill,
         std::vector<std::byte>& result)
      : source_(source.bytes()),
        element_bytes_(ElementBytes(source.type())),
        axes_(axes),
        fill_(fill),
        result_(result) {}

  /// Writes everything below the first `axis` axes, whose offsets sum up to
  /// `base`.
  void Copy(std::size_t axis, std::int64_t base) {
    if (axis == axes_.size()) {
      Write(base);
      return;
    }
    for (const std::int64_t offset : axes_[axis]) {
      const bool outside = base == kOutside || offset == kOutside;
      Copy(axis + 1, outside ? kOutside : base + offset);
    }
  }

 private:
  void Write(std::int64_t offset) {
    std::byte* target = result_.data() + written_;
    if (offset != kOutside) {
      std::memcpy(
          target,
          source_.data() + static_cast<std::size_t>(offset) * element_bytes_,
          element_bytes_);
    } else if (!fill_.empty()) {
      std::memcpy(target, fill_.data(), element_bytes_);
    }
    written_ += element_bytes_;
  }

  std::span<const std::byte> source_;
  std::size_t element_bytes_;
  const std::vector<AxisOffsets>& axes_;
  std::span<const std::byte> fill_;
  std::vector<std::byte>& result_;
  std::size_t written_ = 0;
};

}  // namespace

Result<Tensor> CopyByOffsets(const Operands& op,
                             const Tensor& source,
                             const std::vector<AxisOffsets>& axes,
                             std::span<const std::byte> fill) {
  Shape shape;
  for (const AxisOffsets& axis : axes) {
    shape.push_back(static_cast<std::int64_t>(axis.size()));
  }
  MIEN_ASSIGN_OR_RETURN(const std::size_t size, op.CheckedSize(shape));
  std::vector<std::byte> result(size * ElementBytes(source.type()));
  if (size > 0) {
    Copier(source, axes, fill, result).Copy(0, 0);
  }
  return Tensor(source.type(), shape, std::move(result));
}

std::vector<AxisOffsets> IdentityOffsets(const Shape& shape) {
  const std::vector<std::int64_t> strides = RowMajorStrides(shape);
  std::vector<AxisOffsets> axes;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    axes.push_back(RangeOffsets(0, strides[axis], shape[axis]));
  }
  return axes;
}

AxisOffsets RangeOffsets(std::int64_t start,
                         std::int64_t step,
                         std::int64_t count) {
  AxisOffsets offsets(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    offsets[static_cast<std::size_t>(i)] = start + i * step;
  }
  return offsets;
}

}  // namespace mien::reference
