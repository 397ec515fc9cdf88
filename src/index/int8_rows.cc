// SPDX-License-Identifier: Apache-2.0
#include "index/int8_rows.h"

#include <sys/mman.h>

#include <algorithm>

#include "core/check.h"

namespace mien {

Int8Rows::Int8Rows(int dimension)
    : row_values_((static_cast<std::size_t>(dimension) + kInt8DotValues - 1) /
                  kInt8DotValues * kInt8DotValues),
      dot_(UsableInt8Dots().front().run) {}

void Int8Rows::Unmapper::operator()(std::int8_t* memory) const {
  ::munmap(memory, bytes);
}

std::size_t Int8Rows::memory_bytes() const {
  return chunks_.size() * kChunkRows * row_values_ +
         scales_.capacity() * sizeof(float);
}

Result<void> Int8Rows::AddChunk() {
  // Whole pages of zeros that take memory when first written to.
  const std::size_t bytes = kChunkRows * row_values_;
  void* memory = ::mmap(nullptr,
                        bytes,
                        PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS,
                        -1,
                        0);
  if (memory == MAP_FAILED) {
    return Error{ErrorCode::kLimitExceeded,
                 "no memory for the rows of a graph"};
  }
  // A graph jumps between rows: large pages spare it address look-ups.
  ::madvise(memory, bytes, MADV_HUGEPAGE);
  chunks_.emplace_back(static_cast<std::int8_t*>(memory), Unmapper{bytes});
  return {};
}

Result<void> Int8Rows::Append(std::span<const std::int8_t> values,
                              float scale) {
  MIEN_CHECK(values.size() <= row_values_);
  if (size() == chunks_.size() * kChunkRows) {
    MIEN_RETURN_IF_ERROR(AddChunk());
  }
  std::ranges::copy(values, &chunks_.back()[size() % kChunkRows * row_values_]);
  scales_.push_back(scale);
  return {};
}

void Int8Rows::Wipe(std::size_t i) {
  std::fill_n(
      &chunks_[i / kChunkRows][i % kChunkRows * row_values_], row_values_, 0);
  scales_[i] = 0.0F;
}

}  // namespace mien
