// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mien/result.h"

namespace mien {

/// Where the float rows of an index lie.
enum class RowStorage : std::uint8_t {
  kMemory,
  kTempFile,  ///< a file without a name, gone when the process ends; the
              ///< system may drop its pages from memory
};

/// Float vectors of one size, appended and overwritten by position.
///
/// Thread safety: row() may run concurrently with itself only.
class RowFile {
 public:
  RowFile(int dimension, RowStorage storage)
      : dimension_(dimension), storage_(storage) {}

  RowFile(const RowFile&) = delete;
  RowFile& operator=(const RowFile&) = delete;
  RowFile(RowFile&& other) noexcept;
  RowFile& operator=(RowFile&& other) noexcept;
  ~RowFile();

  [[nodiscard]] std::size_t size() const { return size_; }

  /// Bytes held in memory; 0 for a temporary file.
  [[nodiscard]] std::size_t memory_bytes() const {
    return storage_ == RowStorage::kMemory ? chunks_.size() * ChunkBytes() : 0;
  }

  [[nodiscard]] std::span<const float> row(std::size_t i) const;

  /// Appends `row`, of `dimension` values.
  ///
  /// Errors:
  /// - kIo: no memory, or the disk of the temporary folder is full.
  Result<void> Append(std::span<const float> row);

  /// Moves the last row to position `i` and forgets the last position.
  void RemoveBySwap(std::size_t i);

 private:
  [[nodiscard]] std::size_t RowsPerChunk() const;
  [[nodiscard]] std::size_t ChunkBytes() const;
  Result<void> AddChunk();
  float* MutableRow(std::size_t i) const;

  int dimension_;
  RowStorage storage_;
  int descriptor_ = -1;
  std::size_t size_ = 0;
  std::vector<float*> chunks_;
};

}  // namespace mien
