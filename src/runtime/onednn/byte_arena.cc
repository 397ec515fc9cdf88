// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/byte_arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <new>

namespace mien::onednn {
namespace {

constexpr std::size_t kAlignment = 64;  // a cache line
constexpr std::size_t kFirstChunk = std::size_t{256} << 10;
constexpr std::size_t kLargestChunk = std::size_t{32} << 20;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

std::size_t RoundUp(std::size_t size, std::size_t unit) {
  return (size + unit - 1) / unit * unit;
}

/// `size` zero bytes; large ones begin at a huge page.
std::shared_ptr<std::byte> MapChunk(std::size_t size) {
  const bool is_large = size >= 2 * kHugePage;
  const std::size_t mapped = is_large ? size + kHugePage : size;
  void* memory = mmap(nullptr,
                      mapped,
                      PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS,
                      -1,
                      0);
  if (memory == MAP_FAILED) {
    throw std::bad_alloc();
  }
  auto* begin = static_cast<std::byte*>(memory);
  if (is_large) {
    madvise(memory, mapped, MADV_HUGEPAGE);
    const auto address = reinterpret_cast<std::uintptr_t>(memory);
    begin += RoundUp(address, kHugePage) - address;
  }
  return {begin, [memory, mapped](std::byte*) { munmap(memory, mapped); }};
}

}  // namespace

std::shared_ptr<std::byte> ByteArena::Allocate(std::size_t size) {
  const std::size_t needed =
      RoundUp(std::max<std::size_t>(size, 1), kAlignment);
  if (!chunk_ || used_ + needed > chunk_size_) {
    const std::size_t next =
        chunk_ ? std::min(2 * chunk_size_, kLargestChunk) : kFirstChunk;
    chunk_size_ = RoundUp(std::max(next, needed), kFirstChunk);
    chunk_ = MapChunk(chunk_size_);
    used_ = 0;
  }
  std::shared_ptr<std::byte> part(chunk_, chunk_.get() + used_);
  used_ += needed;
  return part;
}

}  // namespace mien::onednn
