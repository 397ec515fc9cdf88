// SPDX-License-Identifier: Apache-2.0
#include "index/row_chunk.h"

#include <sys/mman.h>

#include <vector>

namespace mien {

std::size_t RowChunk::Bytes(int padded_dimension) {
  return kRows *
         (static_cast<std::size_t>(padded_dimension) + 2 * sizeof(float));
}

Result<RowChunk> RowChunk::Create(int padded_dimension) {
  // Whole pages of zeros that take memory when first written to.
  const std::size_t size = Bytes(padded_dimension);
  void* memory = ::mmap(nullptr,
                        size,
                        PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS,
                        -1,
                        0);
  if (memory == MAP_FAILED) {
    return Error{ErrorCode::kIo, "no memory for the index"};
  }
  return RowChunk(
      std::shared_ptr<void>(memory, [size](void* m) { ::munmap(m, size); }),
      static_cast<std::byte*>(memory),
      padded_dimension);
}

RowChunk::RowChunk(std::shared_ptr<void> owner,
                   std::byte* bytes,
                   int padded_dimension)
    : owner_(std::move(owner)),
      bytes_(bytes),
      padded_dimension_(padded_dimension) {}

std::int8_t* RowChunk::BlockOf(std::size_t row) const {
  return reinterpret_cast<std::int8_t*>(bytes_) +
         row / kBlockRows * kBlockRows *
             static_cast<std::size_t>(padded_dimension_);
}

float* RowChunk::scales() const {
  return reinterpret_cast<float*>(
      bytes_ + kRows * static_cast<std::size_t>(padded_dimension_));
}

RowBlocks RowChunk::Blocks(std::size_t first, int num_blocks) const {
  return {BlockOf(first),
          scales() + first,
          errors() + first,
          num_blocks,
          padded_dimension_};
}

void RowChunk::Place(std::size_t row,
                     std::span<const std::int8_t> values,
                     float scale,
                     float error) {
  StoreInBlock(values, static_cast<int>(row % kBlockRows), BlockOf(row));
  scales()[row] = scale;
  errors()[row] = error;
}

void RowChunk::Copy(const RowChunk& other, std::size_t row, std::size_t to) {
  std::vector<std::int8_t> values(static_cast<std::size_t>(padded_dimension_));
  const float scale = other.Load(row, values);
  Place(to, values, scale, other.errors()[row]);
}

float RowChunk::Load(std::size_t row, std::span<std::int8_t> values) const {
  LoadFromBlock(BlockOf(row), static_cast<int>(row % kBlockRows), values);
  return scales()[row];
}

void RowChunk::Wipe(std::size_t row) {
  const std::vector<std::int8_t> zeros(
      static_cast<std::size_t>(padded_dimension_));
  Place(row, zeros, 0.0F, 0.0F);
}

}  // namespace mien
