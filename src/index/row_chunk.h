// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "index/bound_scan.h"
#include "mien/result.h"

namespace mien {

/// The longest rows that an index takes.
inline constexpr int kMaxDimension = 65536;

/// `dimension` rounded up to whole groups of four values.
inline int PaddedDimension(int dimension) { return (dimension + 3) / 4 * 4; }

/// 16,384 int8 rows with their scales and errors (see RowBlocks) in one piece
/// of memory, so that an index can grow without copying and lie in a file as it
/// is: values [kRows / kBlockRows][padded dimension / 4][kBlockRows][4] int8,
/// then scales [kRows] and errors [kRows] float32.
class RowChunk {
 public:
  static constexpr std::size_t kRows = 1024 * kBlockRows;

  /// Size of that memory, a multiple of 4096 bytes. `padded_dimension` is a
  /// multiple of 4.
  static std::size_t Bytes(int padded_dimension);

  /// A chunk of zeros.
  ///
  /// Errors:
  /// - kIo: no memory.
  static Result<RowChunk> Create(int padded_dimension);

  /// The chunk at `bytes`, aligned to 4096 and of Bytes() size, which `owner`
  /// keeps.
  RowChunk(std::shared_ptr<void> owner, std::byte* bytes, int padded_dimension);

  [[nodiscard]] std::span<const std::byte> bytes() const {
    return {bytes_, Bytes(padded_dimension_)};
  }

  /// `num_blocks` blocks from row `first` on, a multiple of kBlockRows.
  [[nodiscard]] RowBlocks Blocks(std::size_t first, int num_blocks) const;

  [[nodiscard]] float error(std::size_t row) const { return errors()[row]; }

  /// Writes `values` [padded dimension] to place `row`.
  void Place(std::size_t row,
             std::span<const std::int8_t> values,
             float scale,
             float error);

  /// Copies place `row` of `other`, which may be this chunk, to place `to`.
  void Copy(const RowChunk& other, std::size_t row, std::size_t to);

  /// Copies the values of place `row` to `values` [padded dimension], and
  /// returns their scale.
  float Load(std::size_t row, std::span<std::int8_t> values) const;

  /// Overwrites place `row` with zeros.
  void Wipe(std::size_t row);

 private:
  [[nodiscard]] std::int8_t* BlockOf(std::size_t row) const;
  [[nodiscard]] float* scales() const;

  [[nodiscard]] float* errors() const { return scales() + kRows; }

  std::shared_ptr<void> owner_;
  std::byte* bytes_;
  int padded_dimension_;
};

}  // namespace mien
