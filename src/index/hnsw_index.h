// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "index/exact_index.h"
#include "index/hnsw/hnsw_module.h"
#include "index/row_source.h"
#include "mien/result.h"

namespace mien {

/// Approximate nearest-neighbour search in a graph (HNSW, Malkov and Yashunin
/// 2018): much less work for a search in many vectors than ExactIndex, but it
/// may miss some, and the graph takes long to make. Its answers carry exact
/// similarities.
///
/// Memory per vector of dimension d: 4 d + 350 bytes.
///
/// Thread safety: const methods may run concurrently; Add() and Remove() must
/// run alone.
class HnswIndex {
 public:
  /// `source` has the float rows and must outlive the index.
  ///
  /// Errors:
  /// - kUnsupported: the module mien_hnsw.so is not there; the message says
  ///   where it is looked for.
  static Result<HnswIndex> Create(int dimension, const RowSource& source);

  [[nodiscard]] std::size_t size() const { return positions_.size(); }

  /// Reads and adds the rows of `ids`, none of which is in the index. Adding
  /// many at once is much quicker than one by one.
  ///
  /// Errors:
  /// - kLimitExceeded: no memory.
  /// - those of the RowSource.
  Result<void> Add(std::span<const std::uint64_t> ids);

  /// Leaves `id` out of all answers; false when it is not there. Its vector
  /// stays in memory as long as the index.
  bool Remove(std::uint64_t id);

  /// Up to `k` >= 1 near neighbours of `probe`, of any length > 0, highest
  /// similarity first.
  ///
  /// Errors: as Add().
  [[nodiscard]] Result<std::vector<Neighbor>> Search(
      std::span<const float> probe, int k) const;

 private:
  HnswIndex(int dimension,
            const RowSource& source,
            std::unique_ptr<HnswGraph> graph)
      : dimension_(dimension), source_(&source), graph_(std::move(graph)) {}

  Result<void> AddSome(std::span<const std::uint64_t> ids);

  int dimension_;
  const RowSource* source_;
  std::unique_ptr<HnswGraph> graph_;
  std::vector<std::uint64_t> ids_;  ///< by position; kWipedRow when removed
  std::unordered_map<std::uint64_t, std::size_t> positions_;
};

}  // namespace mien
