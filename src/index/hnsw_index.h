// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "index/exact_index.h"
#include "index/hnsw/hnsw_module.h"
#include "index/int8_rows.h"
#include "index/row_source.h"
#include "mien/result.h"

namespace mien {

/// Told how many of the vectors that a graph takes in are in it, from 0 on.
using GraphProgress = std::function<void(int done, int total)>;

/// Approximate nearest-neighbour search in a graph (HNSW, Malkov and Yashunin
/// 2018): much less work for a search in many vectors than ExactIndex, but it
/// may miss some, and the graph takes long to make. It is walked by int8
/// values; the answers carry exact similarities.
///
/// Memory per vector of dimension d: d + 400 bytes.
///
/// Thread safety: const methods may run concurrently; the others must run
/// alone.
class HnswIndex {
 public:
  /// `source` has the float rows and must outlive the index.
  ///
  /// Errors:
  /// - kUnsupported: the module mien_hnsw.so is not there; the message says
  ///   where it is looked for.
  static Result<HnswIndex> Create(int dimension, const RowSource& source);

  /// Vectors that can be found.
  [[nodiscard]] std::size_t size() const { return positions_.size(); }

  /// Places that removed vectors have left; searches still lead through them.
  [[nodiscard]] std::size_t num_holes() const {
    return ids_.size() - positions_.size();
  }

  [[nodiscard]] bool Contains(std::uint64_t id) const {
    return positions_.contains(id);
  }

  /// Bytes in memory.
  [[nodiscard]] std::size_t memory_bytes() const;

  /// Adds the rows of `ids`, which are in `exact` and not in the index. Adding
  /// many at once is much quicker than one by one. `num_threads` >= 1, of which
  /// one at a time calls `progress`, if there is one.
  ///
  /// Errors:
  /// - kLimitExceeded: no memory.
  Result<void> Add(const ExactIndex& exact,
                   std::span<const std::uint64_t> ids,
                   int num_threads = 1,
                   const GraphProgress& progress = nullptr);

  /// Leaves `id` out of all answers and wipes its vector; false when it is not
  /// there.
  bool Remove(std::uint64_t id);

  /// Up to `k` >= 1 near neighbours of `probe`, of any length > 0, highest
  /// similarity first.
  ///
  /// Errors:
  /// - kLimitExceeded: no memory.
  /// - those of the RowSource.
  [[nodiscard]] Result<std::vector<Neighbor>> Search(
      std::span<const float> probe, int k) const;

  /// The ids by position; kWipedRow for holes.
  [[nodiscard]] std::span<const std::uint64_t> ids() const { return ids_; }

  /// The graph over these positions, valid until Add().
  [[nodiscard]] GraphLinks Links() const { return graph_->Links(); }

  /// Takes over a graph in place of all that is in the index. Ids that `exact`
  /// does not have become holes.
  ///
  /// Errors:
  /// - kCorruptData: the links do not fit so many ids.
  /// - kLimitExceeded: no memory.
  Result<void> Restore(const ExactIndex& exact,
                       std::span<const std::uint64_t> ids,
                       const GraphLinks& links);

 private:
  HnswIndex(const RowSource& source,
            std::unique_ptr<Int8Rows> rows,
            std::unique_ptr<HnswGraph> graph)
      : source_(&source), rows_(std::move(rows)), graph_(std::move(graph)) {}

  Result<void> AppendRow(const ExactIndex& exact, std::uint64_t id);
  [[nodiscard]] std::vector<std::uint64_t> IdsAt(
      std::span<const std::int64_t> positions, std::size_t count) const;
  [[nodiscard]] Result<std::vector<Neighbor>> Rescore(
      std::span<const float> unit, std::span<const std::uint64_t> ids) const;

  const RowSource* source_;
  std::unique_ptr<Int8Rows> rows_;  ///< where graph_ looks for them
  std::unique_ptr<HnswGraph> graph_;
  std::vector<std::uint64_t> ids_;  ///< by position
  std::unordered_map<std::uint64_t, std::size_t> positions_;
};

}  // namespace mien
