// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "index/int8_dot.h"
#include "mien/result.h"

namespace mien {

/// Int8 rows of one size, each in one piece of memory, for comparing single
/// pairs as a graph does. (RowChunk interleaves rows for scanning them all.)
///
/// Memory per row of dimension d: d, rounded up to a multiple of 64, and 4
/// bytes.
///
/// Thread safety: const methods may run concurrently.
class Int8Rows {
 public:
  explicit Int8Rows(int dimension);

  [[nodiscard]] std::size_t size() const { return scales_.size(); }

  /// Values of a row in memory: what is beyond the dimension is zero.
  [[nodiscard]] std::size_t row_values() const { return row_values_; }

  [[nodiscard]] std::size_t memory_bytes() const;

  /// Appends a row of at most row_values() values, the real ones divided by
  /// `scale`.
  ///
  /// Errors:
  /// - kLimitExceeded: no memory.
  Result<void> Append(std::span<const std::int8_t> values, float scale);

  /// Overwrites row `i` with zeros.
  void Wipe(std::size_t i);

  [[nodiscard]] const std::int8_t* row(std::size_t i) const {
    return &chunks_[i / kChunkRows][i % kChunkRows * row_values_];
  }

  [[nodiscard]] float scale(std::size_t i) const { return scales_[i]; }

  /// The product of row `i` and `values` [row_values()] with `scale`. Defined
  /// here for the module that holds the graph, which is not linked with this.
  [[nodiscard]] float Dot(std::size_t i,
                          const std::int8_t* values,
                          float scale) const {
    return static_cast<float>(dot_(row(i), values, row_values_)) *
           (scales_[i] * scale);
  }

 private:
  static constexpr std::size_t kChunkRows = 16'384;

  struct Unmapper {
    std::size_t bytes = 0;

    void operator()(std::int8_t* memory) const;
  };

  Result<void> AddChunk();

  std::size_t row_values_;
  Int8Dot dot_;
  std::vector<std::unique_ptr<std::int8_t[], Unmapper>> chunks_;
  std::vector<float> scales_;
};

}  // namespace mien
