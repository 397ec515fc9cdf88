// SPDX-License-Identifier: Apache-2.0
//
// The border to the shared module mien_hnsw, which holds faiss and what it
// needs and is loaded only when an HNSW index is made.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mien {

/// A graph over rows of one size, found by position in the order of adding.
/// The module is built with the program, so this is no stable interface. No
/// method throws; false means that memory ran out.
///
/// Thread safety: Search() may run concurrently with itself only.
class HnswGraph {
 public:
  virtual ~HnswGraph() = default;

  /// Appends `num_rows` rows.
  virtual bool Add(const float* rows, std::size_t num_rows) noexcept = 0;

  /// Writes the positions of the `k` rows that seem nearest to `probe`, the
  /// rest of `positions` filled up with -1. `effort` >= k rows are kept in view
  /// while searching.
  virtual bool Search(const float* probe,
                      int k,
                      int effort,
                      std::int64_t* positions) const noexcept = 0;
};

/// What the module exports: a graph with `links` neighbours a row, for each of
/// which `effort` rows are looked at; nullptr when memory runs out.
using CreateHnswGraph = HnswGraph* (*)(int dimension, int links, int effort);

inline constexpr const char* kCreateHnswGraph = "mien_create_hnsw_graph";

}  // namespace mien
