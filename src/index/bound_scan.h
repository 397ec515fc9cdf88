// SPDX-License-Identifier: Apache-2.0
//
// The inner loop of exact search: from int8 rows, an upper bound of the cosine
// similarity of every row to every probe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>

namespace mien {

/// Rows are scanned in blocks of so many. A block holds its rows interleaved,
/// [dimension / 4][kBlockRows][4] int8: one vector register takes four
/// components of all its rows, so sums need no shuffling. It is also the order
/// in which AVX-512 VNNI and AMX want their right-hand operand.
inline constexpr int kBlockRows = 16;

/// Consecutive blocks. Row r of x has x_r = scale_r * values_r + e_r.
struct RowBlocks {
  const std::int8_t* values = nullptr;
  const float* scales = nullptr;  ///< [num_blocks * kBlockRows]
  const float* errors = nullptr;  ///< |e_r|, [num_blocks * kBlockRows]
  int num_blocks = 0;
  int dimension = 0;  ///< a multiple of 4, rows padded with zeros
};

/// One vector to search with: q = scale * values + e.
struct ScanProbe {
  /// `q` has the rows' dimension and must outlive the probe.
  ScanProbe(std::span<const std::int8_t> q,
            float q_scale,
            float q_norm,
            float q_slack)
      : values(q.data()),
        sum(std::accumulate(q.begin(), q.end(), 0)),
        scale(q_scale),
        norm(q_norm),
        slack(q_slack) {}

  const std::int8_t* values = nullptr;  ///< [dimension]
  int sum = 0;                          ///< of all values
  float scale = 0.0F;
  float norm = 0.0F;   ///< |scale * values|
  float slack = 0.0F;  ///< more than |e| |x_r| and the rounding of float sums
};

/// Computes upper[p * num_rows + r] >= dot(probe p, row r) for all rows and
/// probes, num_rows being num_blocks * kBlockRows. How much larger it is at
/// most: 2 * BoundWidth(probe, |e_r|).
///
/// Derivation: q x = (scale_q values_q)(scale_r values_r)
///                 + (scale_q values_q) e_r + e_q x_r,
/// where the second term is at most norm * |e_r| and the third at most slack
/// (Cauchy and Schwarz).
using BoundScan = void (*)(const RowBlocks& rows,
                           std::span<const ScanProbe> probes,
                           float* upper);

inline float BoundWidth(const ScanProbe& probe, float row_error) {
  return probe.norm * row_error + probe.slack;
}

/// An implementation, and what it is called.
struct NamedBoundScan {
  std::string_view name;
  BoundScan run = nullptr;
};

/// All that this CPU can run, fastest first; the last is "plain".
std::span<const NamedBoundScan> UsableBoundScans();

/// Copies `row` [dimension] into place `r` of the block at `block`.
void StoreInBlock(std::span<const std::int8_t> row, int r, std::int8_t* block);

/// Copies place `r` of the block at `block` to `row` [dimension].
void LoadFromBlock(const std::int8_t* block, int r, std::span<std::int8_t> row);

namespace internal {

void BoundScanPlain(const RowBlocks& rows,
                    std::span<const ScanProbe> probes,
                    float* upper);
void BoundScanAvx2(const RowBlocks& rows,
                   std::span<const ScanProbe> probes,
                   float* upper);
void BoundScanVnni(const RowBlocks& rows,
                   std::span<const ScanProbe> probes,
                   float* upper);

}  // namespace internal
}  // namespace mien
