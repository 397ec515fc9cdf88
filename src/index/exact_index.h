// SPDX-License-Identifier: Apache-2.0
//
// Exact nearest-neighbour search by cosine similarity: an int8 scan that bounds
// every similarity from above, and a float computation for all rows that could
// still be among the best. Depends on core.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "index/bound_scan.h"
#include "index/row_chunk.h"
#include "index/row_file.h"
#include "index/row_source.h"
#include "index/top_candidates.h"
#include "mien/result.h"

namespace mien {

/// The id of a row that has been wiped; no row of an index has it.
inline constexpr std::uint64_t kWipedRow = ~std::uint64_t{0};

/// One answer of a search.
struct Neighbor {
  std::uint64_t id = 0;
  float cosine_similarity = 0.0F;

  friend bool operator==(const Neighbor&, const Neighbor&) = default;
};

struct SearchOptions {
  /// Answers per probe, >= 1.
  int k = 10;

  /// Leaves out what is less similar than this.
  float min_similarity = -1.0F;

  /// Threads for one call, >= 1.
  int num_threads = 1;
};

/// Unit vectors by id, searched without loss: the answer is the same as that of
/// computing every cosine similarity in double precision.
///
/// Memory per vector of dimension d: d + 48 bytes, and 4 d bytes where
/// `RowStorage` says, or nowhere when a RowSource has the float rows.
///
/// Thread safety: const methods may run concurrently; Add() and Remove() must
/// run alone.
class ExactIndex {
 public:
  /// `dimension` in [1, 65536].
  explicit ExactIndex(int dimension, RowStorage storage = RowStorage::kMemory);

  /// The rows of `chunks`, in order, under `ids`; those with kWipedRow are left
  /// out. `source` has their float rows and must outlive the index. There are
  /// just as many chunks as the ids need.
  ExactIndex(int dimension,
             std::vector<RowChunk> chunks,
             std::vector<std::uint64_t> ids,
             const RowSource& source);

  /// Frees the float rows: from now on `source`, which must outlive the index,
  /// has them all.
  void UseRowsOf(const RowSource& source);

  /// Whether the float rows lie elsewhere.
  [[nodiscard]] bool uses_row_source() const { return source_ != nullptr; }

  /// All ids, by position.
  [[nodiscard]] std::span<const std::uint64_t> ids() const { return ids_; }

  /// The rows by position, RowChunk::kRows in each chunk but the last.
  [[nodiscard]] std::span<const RowChunk> chunks() const { return chunks_; }

  [[nodiscard]] std::size_t size() const { return ids_.size(); }

  [[nodiscard]] int dimension() const { return dimension_; }

  /// dimension() rounded up to a multiple of 4.
  [[nodiscard]] int padded_dimension() const { return padded_dimension_; }

  [[nodiscard]] bool Contains(std::uint64_t id) const {
    return positions_.contains(id);
  }

  /// Bytes in memory, without float rows in a temporary file.
  [[nodiscard]] std::size_t memory_bytes() const;

  /// Adds `vector`, [dimension] of length 1.
  ///
  /// Errors:
  /// - kInvalidArgument: another size, a length that differs from 1 by more
  ///   than 1e-3, or `id` is kWipedRow.
  /// - kAlreadyExists: `id` is in the index.
  /// - kIo: no memory, or no space for the float rows.
  Result<void> Add(std::uint64_t id, std::span<const float> vector);

  /// The int8 values of `id`, which is in the index, to `values`,
  /// [padded_dimension()]; returns what they are to be multiplied by.
  float LoadRounded(std::uint64_t id, std::span<std::int8_t> values) const;

  /// Removes `id` and wipes its vector; false when it is not there.
  bool Remove(std::uint64_t id);

  /// For each of the n probes, n * dimension values of any length > 0, the
  /// nearest vectors: highest similarity first, of equal ones the lower id.
  ///
  /// Errors:
  /// - kInvalidArgument: `probes` is no multiple of the dimension, holds a
  ///   value that is not finite or only zeros, or k < 1.
  /// - kCorruptData: a RowSource's row has another size.
  /// - those of the RowSource.
  [[nodiscard]] Result<std::vector<std::vector<Neighbor>>> Search(
      std::span<const float> probes, const SearchOptions& options = {}) const;

 private:
  struct ProbeBatch;
  class BestNeighbors;

  [[nodiscard]] Result<void> CheckProbes(std::span<const float> probes,
                                         const SearchOptions& options) const;
  void RemoveAt(std::size_t position);
  Result<void> SearchBatch(std::span<const float> floats,
                           const SearchOptions& options,
                           std::vector<std::vector<Neighbor>>& answers) const;
  void ScanChunk(std::size_t chunk_index,
                 const ProbeBatch& batch,
                 std::vector<TopCandidates>& best) const;
  static void OfferAll(std::span<const float> upper,
                       const float* errors,
                       const ScanProbe& probe,
                       std::uint32_t first_position,
                       TopCandidates& best);
  [[nodiscard]] Result<std::vector<Neighbor>> Rescore(
      std::span<const float> probe,
      std::span<const ScanCandidate> candidates,
      const SearchOptions& options) const;
  [[nodiscard]] Result<void> RescoreFromSource(
      std::span<const ScanCandidate> candidates, BestNeighbors& best) const;

  int dimension_;
  int padded_dimension_;
  std::vector<RowChunk> chunks_;
  std::optional<RowFile> rows_;  ///< unless source_ has them
  const RowSource* source_ = nullptr;
  std::vector<std::uint64_t> ids_;
  std::unordered_map<std::uint64_t, std::uint32_t> positions_;
};

}  // namespace mien
