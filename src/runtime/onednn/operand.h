// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

#include "graph/tensor.h"
#include "runtime/onednn/dnnl_compat.h"

namespace mien::onednn {

/// Bytes for oneDNN, aligned to a cache line at least.
class AlignedBytes {
 public:
  explicit AlignedBytes(std::size_t size);
  AlignedBytes(const AlignedBytes&) = delete;
  AlignedBytes& operator=(const AlignedBytes&) = delete;
  ~AlignedBytes();

  [[nodiscard]] std::byte* data() const { return data_; }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::byte* data_;
  std::size_t size_;
};

/// A constant ready for use: bytes of a weight store or those of a tensor.
struct PackedConstant {
  std::shared_ptr<const std::byte> packed;
  Tensor tensor;  ///< when nothing had to be packed

  [[nodiscard]] const std::byte* data() const {
    return packed ? packed.get() : tensor.bytes().data();
  }
};

/// A value, or a constant, in one layout.
struct Operand {
  MemoryDesc desc;

  /// Index of the plan's storage; unused for a constant.
  std::size_t storage = 0;

  /// Bytes from the beginning of the storage.
  std::size_t offset = 0;

  /// Set for constants.
  std::shared_ptr<const PackedConstant> constant;
};

/// Row-major layout of `shape`; a scalar becomes extents [1].
MemoryDesc PlainDesc(
    const Shape& shape,
    dnnl::memory::data_type type = dnnl::memory::data_type::f32);

/// Lets oneDNN choose the layout.
MemoryDesc AnyDesc(const Shape& shape, dnnl::memory::data_type type);

/// Layout of [N, C, ...] with the channels innermost.
MemoryDesc ChannelsLastDesc(const Shape& shape, dnnl::memory::data_type type);

/// The same layout of elements of `type`; row-major where `desc` is blocked and
/// of another type.
MemoryDesc WithType(const MemoryDesc& desc, dnnl::memory::data_type type);

/// True when both put each element at the same place; strides of axes of
/// extent 1 do not count.
bool SameLayout(const MemoryDesc& a, const MemoryDesc& b);

/// True when the elements stand in row-major order without gaps.
bool IsPlain(const MemoryDesc& desc);

/// True for the layout of ChannelsLastDesc().
bool IsChannelsLast(const MemoryDesc& desc);

/// True when there are no gaps nor padding elements between the first element
/// and the last.
bool IsDense(const MemoryDesc& desc);

}  // namespace mien::onednn
