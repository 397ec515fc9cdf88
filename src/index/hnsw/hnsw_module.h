// SPDX-License-Identifier: Apache-2.0
//
// The border to the shared module mien_hnsw, which holds faiss and what it
// needs and is loaded only when an HNSW index is made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "index/int8_rows.h"

namespace mien {

/// Runs `body(i)` for every i in [0, count), on several threads.
using ParallelLoop =
    std::function<void(int count, const std::function<void(int)>& body)>;

/// The links of a graph of n rows.
struct GraphLinks {
  /// [n]: on how many levels, >= 1, a row is.
  std::span<const std::int32_t> levels;

  /// For each row, on each of its levels, from 0 up, the positions of the rows
  /// that it is linked to, filled up with -1: 2 * links of them on level 0,
  /// `links` on the others.
  std::span<const std::int32_t> links;

  /// Where searches begin: a row on the highest level. -1 without rows.
  std::int32_t entry = -1;
};

/// A graph over Int8Rows, which it does not own, by position. The module is
/// built with the program, so this is no stable interface. No method throws;
/// false means that memory ran out.
///
/// Thread safety: const methods may run concurrently.
class HnswGraph {
 public:
  virtual ~HnswGraph() = default;

  /// Takes in the rows that have been appended since, on `num_threads` threads
  /// by `parallel`. They call `inserted` for each row that is in.
  virtual bool Grow(int num_threads,
                    const ParallelLoop& parallel,
                    const std::function<void()>& inserted) noexcept = 0;

  /// Writes the positions of the `k` rows whose product with `probe`
  /// [row_values()] seems largest, largest first, the rest of `positions`
  /// filled up with -1. `effort` >= k rows are kept in view while searching.
  virtual bool Search(const std::int8_t* probe,
                      int k,
                      int effort,
                      std::int64_t* positions) const noexcept = 0;

  /// Valid until the graph grows.
  [[nodiscard]] virtual GraphLinks Links() const noexcept = 0;

  /// Takes over links that fit the rows (see CheckLinks()), in place of all.
  virtual bool Restore(const GraphLinks& links) noexcept = 0;
};

/// What the module exports: a graph with `links` neighbours a row (twice as
/// many on the lowest level), for each of which `effort` rows are looked at;
/// nullptr when memory runs out. `rows` must outlive it.
using CreateHnswGraph = HnswGraph* (*)(const Int8Rows& rows,
                                       int links,
                                       int effort);

inline constexpr const char* kCreateHnswGraph = "mien_create_hnsw_graph";

}  // namespace mien
