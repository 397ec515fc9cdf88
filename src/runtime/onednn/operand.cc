// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/operand.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace mien::onednn {
namespace {

constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

std::size_t RoundUp(std::size_t size, std::size_t unit) {
  return (size + unit - 1) / unit * unit;
}

Dims ToDims(const Shape& shape) {
  return shape.empty() ? Dims{1} : Dims(shape.begin(), shape.end());
}

/// Strides of the row-major layout, innermost 1.
Dims RowMajorStrides(const Dims& extents) {
  Dims strides(extents.size(), 1);
  for (std::size_t i = extents.size(); i-- > 1;) {
    strides[i - 1] = strides[i] * std::max<std::int64_t>(extents[i], 1);
  }
  return strides;
}

}  // namespace

AlignedBytes::AlignedBytes(std::size_t size) : size_(size) {
  // Huge pages save most of the page faults of a first run.
  const std::size_t alignment = size >= kHugePage ? kHugePage : kCacheLine;
  const std::size_t reserved =
      RoundUp(std::max<std::size_t>(size, 1), alignment);
  data_ = static_cast<std::byte*>(std::aligned_alloc(alignment, reserved));
  if (data_ == nullptr) {
    throw std::bad_alloc();
  }
  if (alignment == kHugePage) {
    madvise(data_, reserved, MADV_HUGEPAGE);
  }
}

AlignedBytes::~AlignedBytes() { std::free(data_); }

MemoryDesc PlainDesc(const Shape& shape, dnnl::memory::data_type type) {
  const Dims extents = ToDims(shape);
  return {extents, type, RowMajorStrides(extents)};
}

MemoryDesc AnyDesc(const Shape& shape, dnnl::memory::data_type type) {
  return {ToDims(shape), type, dnnl::memory::format_tag::any};
}

MemoryDesc ChannelsLastDesc(const Shape& shape, dnnl::memory::data_type type) {
  Dims strides(shape.size(), 1);
  std::int64_t stride = shape[1];
  for (std::size_t i = shape.size(); i-- > 2;) {
    strides[i] = stride;
    stride *= shape[i];
  }
  strides[0] = stride;
  return {Dims(shape.begin(), shape.end()), type, strides};
}

MemoryDesc WithType(const MemoryDesc& desc, dnnl::memory::data_type type) {
  if (ElementType(desc) == type) {
    return desc;
  }
  const Dims extents = Extents(desc);
  return IsBlocked(desc)
             ? PlainDesc(Shape(extents.begin(), extents.end()), type)
             : MemoryDesc(extents, type, Strides(desc));
}

bool SameLayout(const MemoryDesc& a, const MemoryDesc& b) {
  if (a == b) {
    return true;
  }
  if (IsEmpty(a) || IsEmpty(b) || IsBlocked(a) || IsBlocked(b) ||
      ElementType(a) != ElementType(b) || Extents(a) != Extents(b)) {
    return false;
  }
  const Dims extents = Extents(a);
  const Dims strides_a = Strides(a);
  const Dims strides_b = Strides(b);
  for (std::size_t i = 0; i < extents.size(); ++i) {
    if (extents[i] != 1 && strides_a[i] != strides_b[i]) {
      return false;
    }
  }
  return true;
}

bool IsPlain(const MemoryDesc& desc) {
  const Dims extents = Extents(desc);
  return SameLayout(
      desc,
      PlainDesc(Shape(extents.begin(), extents.end()), ElementType(desc)));
}

bool IsChannelsLast(const MemoryDesc& desc) {
  const Dims extents = Extents(desc);
  return extents.size() > 2 &&
         SameLayout(desc,
                    ChannelsLastDesc(Shape(extents.begin(), extents.end()),
                                     ElementType(desc)));
}

bool IsDense(const MemoryDesc& desc) {
  const Dims extents = Extents(desc);
  std::size_t elements = 1;
  for (const std::int64_t extent : extents) {
    elements *= static_cast<std::size_t>(extent);
  }
  const std::size_t element_bytes =
      dnnl::memory::data_type_size(ElementType(desc));
  return desc.get_size() == elements * element_bytes;
}

}  // namespace mien::onednn
