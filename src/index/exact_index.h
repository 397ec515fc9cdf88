// SPDX-License-Identifier: Apache-2.0
//
// Exact nearest-neighbour search by cosine similarity: an int8 scan that bounds
// every similarity from above, and a float computation for all rows that could
// still be among the best. Depends on core.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "index/bound_scan.h"
#include "index/row_file.h"
#include "mien/result.h"

namespace mien {

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
/// `RowStorage` says.
///
/// Thread safety: const methods may run concurrently; Add() and Remove() must
/// run alone.
class ExactIndex {
 public:
  /// `dimension` in [1, 65536].
  explicit ExactIndex(int dimension, RowStorage storage = RowStorage::kMemory);
  ExactIndex(ExactIndex&&) noexcept;
  ExactIndex& operator=(ExactIndex&&) noexcept;
  ~ExactIndex();

  [[nodiscard]] std::size_t size() const { return ids_.size(); }

  [[nodiscard]] int dimension() const { return dimension_; }

  [[nodiscard]] bool Contains(std::uint64_t id) const {
    return positions_.contains(id);
  }

  /// Bytes in memory, without float rows in a temporary file.
  [[nodiscard]] std::size_t memory_bytes() const;

  /// Adds `vector`, [dimension] of length 1.
  ///
  /// Errors:
  /// - kInvalidArgument: another size, or a length that differs from 1 by more
  ///   than 1e-3.
  /// - kAlreadyExists: `id` is in the index.
  /// - kIo: no space for the float rows.
  Result<void> Add(std::uint64_t id, std::span<const float> vector);

  /// Removes `id` and wipes its vector; false when it is not there.
  bool Remove(std::uint64_t id);

  /// For each of the n probes, n * dimension values of any length > 0, the
  /// nearest vectors: highest similarity first, of equal ones the lower id.
  ///
  /// Errors:
  /// - kInvalidArgument: `probes` is no multiple of the dimension, holds a
  ///   value that is not finite or only zeros, or k < 1.
  [[nodiscard]] Result<std::vector<std::vector<Neighbor>>> Search(
      std::span<const float> probes, const SearchOptions& options = {}) const;

 private:
  struct Chunk;
  struct ProbeBatch;
  struct Candidate;
  class TopK;

  [[nodiscard]] Chunk& ChunkOf(std::size_t position) const;
  [[nodiscard]] std::int8_t* BlockOf(std::size_t position) const;
  void Place(std::size_t position,
             std::span<const std::int8_t> values,
             float scale,
             float error);
  [[nodiscard]] Result<void> CheckProbes(std::span<const float> probes,
                                         const SearchOptions& options) const;
  void SearchBatch(std::span<const float> floats,
                   const SearchOptions& options,
                   std::vector<std::vector<Neighbor>>& answers) const;
  void ScanChunk(std::size_t chunk_index,
                 const ProbeBatch& batch,
                 std::vector<TopK>& best) const;
  static void OfferAll(std::span<const float> upper,
                       const float* errors,
                       const ScanProbe& probe,
                       std::uint32_t first_position,
                       TopK& best);
  [[nodiscard]] std::vector<Neighbor> Rescore(
      std::span<const float> probe,
      std::span<const Candidate> candidates,
      const SearchOptions& options) const;

  int dimension_;
  int padded_dimension_;
  std::vector<std::unique_ptr<Chunk>> chunks_;
  RowFile rows_;
  std::vector<std::uint64_t> ids_;
  std::unordered_map<std::uint64_t, std::uint32_t> positions_;
};

}  // namespace mien
