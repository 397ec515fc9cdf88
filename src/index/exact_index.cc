// SPDX-License-Identifier: Apache-2.0
#include "index/exact_index.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "core/check.h"
#include "core/parallel.h"
#include "index/dot.h"
#include "index/quantize.h"

namespace mien {
namespace {

/// Blocks and probes scanned at a time, so that their bounds stay in the
/// first-level cache.
constexpr int kStepBlocks = 8;
constexpr std::size_t kStepProbes = 32;

/// More than the rounding of the float arithmetic around the integer sums, and
/// of unit lengths.
constexpr float kFloatSlack = 1e-5F;

/// Rows that are read from a source at a time, at first; most searches end
/// within them.
constexpr std::size_t kFirstReadRows = 64;

}  // namespace

/// Up to kStepProbes probes, rounded to int8.
struct ExactIndex::ProbeBatch {
  ProbeBatch(std::span<const float> floats, int dimension, int padded)
      : values(floats.size() / static_cast<std::size_t>(dimension) *
               static_cast<std::size_t>(padded)) {
    const auto d = static_cast<std::size_t>(dimension);
    const auto stride = static_cast<std::size_t>(padded);
    std::vector<float> unit(stride);
    for (std::size_t p = 0; p * d < floats.size(); ++p) {
      Normalize(floats.subspan(p * d, d), unit);
      const std::span<std::int8_t> row(&values[p * stride], stride);
      const Quantized q = QuantizeToInt8(unit, row);
      probes.emplace_back(row, q.scale, q.norm, q.error + kFloatSlack);
    }
  }

  std::vector<std::int8_t> values;
  std::vector<ScanProbe> probes;
};

/// The k nearest of the rows that are offered.
class ExactIndex::BestNeighbors {
 public:
  BestNeighbors(std::span<const float> probe, const SearchOptions& options)
      : probe_(probe),
        probe_length_(std::sqrt(Dot(probe, probe))),
        k_(static_cast<std::size_t>(options.k)),
        min_similarity_(options.min_similarity) {}

  /// Whether a row of at most this similarity need not be looked at.
  [[nodiscard]] bool CanSkip(float upper) const {
    return neighbors_.size() == k_ &&
           upper < neighbors_.front().cosine_similarity;
  }

  void Offer(std::uint64_t id, std::span<const float> row) {
    const auto cosine = static_cast<float>(
        Dot(probe_, row) / (probe_length_ * std::sqrt(Dot(row, row))));
    if (!(cosine >= min_similarity_)) {
      return;
    }
    neighbors_.push_back({id, cosine});
    std::ranges::push_heap(neighbors_, IsNearer);
    if (neighbors_.size() > k_) {
      std::ranges::pop_heap(neighbors_, IsNearer);
      neighbors_.pop_back();
    }
  }

  /// Nearest first.
  [[nodiscard]] std::vector<Neighbor> Finish() {
    std::ranges::sort_heap(neighbors_, IsNearer);
    return std::move(neighbors_);
  }

 private:
  static bool IsNearer(const Neighbor& a, const Neighbor& b) {
    return a.cosine_similarity != b.cosine_similarity
               ? a.cosine_similarity > b.cosine_similarity
               : a.id < b.id;
  }

  std::span<const float> probe_;
  double probe_length_;
  std::size_t k_;
  float min_similarity_;
  std::vector<Neighbor> neighbors_;  ///< a heap with the farthest in front
};

ExactIndex::ExactIndex(int dimension, RowStorage storage)
    : dimension_(dimension),
      padded_dimension_(PaddedDimension(dimension)),
      rows_(std::in_place, dimension, storage) {
  MIEN_CHECK(dimension >= 1 && dimension <= kMaxDimension);
}

ExactIndex::ExactIndex(int dimension,
                       std::vector<RowChunk> chunks,
                       std::vector<std::uint64_t> ids,
                       const RowSource& source)
    : dimension_(dimension),
      padded_dimension_(PaddedDimension(dimension)),
      chunks_(std::move(chunks)),
      source_(&source),
      ids_(std::move(ids)) {
  MIEN_CHECK(dimension >= 1 && dimension <= kMaxDimension);
  MIEN_CHECK(chunks_.size() ==
             (ids_.size() + RowChunk::kRows - 1) / RowChunk::kRows);
  positions_.reserve(ids_.size());
  std::vector<std::size_t> wiped;
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if (ids_[i] == kWipedRow) {
      wiped.push_back(i);
    } else {
      positions_[ids_[i]] = static_cast<std::uint32_t>(i);
    }
  }
  // From the end, so that no wiped row is moved to another's place.
  for (auto position = wiped.rbegin(); position != wiped.rend(); ++position) {
    RemoveAt(*position);
  }
}

void ExactIndex::UseRowsOf(const RowSource& source) {
  rows_.reset();
  source_ = &source;
}

std::size_t ExactIndex::memory_bytes() const {
  // A node of the hash map: next pointer, id, position, and its bucket.
  constexpr std::size_t kMapEntryBytes = 32;
  return chunks_.size() * RowChunk::Bytes(padded_dimension_) +
         ids_.capacity() * sizeof(std::uint64_t) +
         positions_.size() * kMapEntryBytes +
         (rows_ ? rows_->memory_bytes() : 0);
}

Result<void> ExactIndex::Add(std::uint64_t id, std::span<const float> vector) {
  if (vector.size() != static_cast<std::size_t>(dimension_)) {
    return Error{ErrorCode::kInvalidArgument,
                 "vector has " + std::to_string(vector.size()) +
                     " values; the index has dimension " +
                     std::to_string(dimension_)};
  }
  const double length = std::sqrt(Dot(vector, vector));
  if (!(std::abs(length - 1.0) <= 1e-3)) {
    return Error{ErrorCode::kInvalidArgument,
                 "vector has length " + std::to_string(length) + "; must be 1"};
  }
  if (id == kWipedRow) {
    return Error{ErrorCode::kInvalidArgument,
                 "id " + std::to_string(id) + " stands for wiped rows"};
  }
  if (Contains(id)) {
    return Error{ErrorCode::kAlreadyExists,
                 "the index holds id " + std::to_string(id) + " already"};
  }
  const std::size_t position = ids_.size();
  if (position == chunks_.size() * RowChunk::kRows) {
    MIEN_ASSIGN_OR_RETURN(RowChunk chunk, RowChunk::Create(padded_dimension_));
    chunks_.push_back(std::move(chunk));
  }
  std::vector<float> unit(static_cast<std::size_t>(padded_dimension_));
  Normalize(vector, unit);
  if (rows_) {
    MIEN_RETURN_IF_ERROR(rows_->Append(std::span(unit).first(vector.size())));
  }
  std::vector<std::int8_t> values(unit.size());
  const Quantized q = QuantizeToInt8(unit, values);
  chunks_.back().Place(position % RowChunk::kRows, values, q.scale, q.error);
  ids_.push_back(id);
  positions_[id] = static_cast<std::uint32_t>(position);
  return {};
}

float ExactIndex::LoadRounded(std::uint64_t id,
                              std::span<std::int8_t> values) const {
  const std::size_t position = positions_.at(id);
  return chunks_[position / RowChunk::kRows].Load(position % RowChunk::kRows,
                                                  values);
}

bool ExactIndex::Remove(std::uint64_t id) {
  const auto found = positions_.find(id);
  if (found == positions_.end()) {
    return false;
  }
  const std::size_t position = found->second;
  positions_.erase(found);
  RemoveAt(position);
  return true;
}

void ExactIndex::RemoveAt(std::size_t position) {
  // The last row takes its place.
  const std::size_t last = ids_.size() - 1;
  if (position != last) {
    chunks_[position / RowChunk::kRows].Copy(
        chunks_.back(), last % RowChunk::kRows, position % RowChunk::kRows);
    ids_[position] = ids_[last];
    positions_[ids_[position]] = static_cast<std::uint32_t>(position);
  }
  chunks_.back().Wipe(last % RowChunk::kRows);
  if (rows_) {
    rows_->RemoveBySwap(position);
  }
  ids_.pop_back();
  if (ids_.size() == (chunks_.size() - 1) * RowChunk::kRows) {
    chunks_.pop_back();
  }
}

Result<void> ExactIndex::CheckProbes(std::span<const float> probes,
                                     const SearchOptions& options) const {
  const auto d = static_cast<std::size_t>(dimension_);
  if (probes.size() % d != 0) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(probes.size()) +
                     " probe values; must be a multiple of " +
                     std::to_string(dimension_)};
  }
  if (options.k < 1) {
    return Error{ErrorCode::kInvalidArgument,
                 "k is " + std::to_string(options.k) + "; must be >= 1"};
  }
  for (std::size_t p = 0; p < probes.size(); p += d) {
    const auto probe = probes.subspan(p, d);
    const double squared = Dot(probe, probe);
    if (!std::isfinite(squared) || squared == 0.0) {
      return Error{ErrorCode::kInvalidArgument,
                   "probe " + std::to_string(p / d) +
                       " is zero or holds a value that is not finite"};
    }
  }
  return {};
}

Result<std::vector<std::vector<Neighbor>>> ExactIndex::Search(
    std::span<const float> probes, const SearchOptions& options) const {
  MIEN_RETURN_IF_ERROR(CheckProbes(probes, options));
  const std::size_t step = kStepProbes * static_cast<std::size_t>(dimension_);
  std::vector<std::vector<Neighbor>> answers;
  for (std::size_t first = 0; first < probes.size(); first += step) {
    MIEN_RETURN_IF_ERROR(SearchBatch(
        probes.subspan(first, std::min(step, probes.size() - first)),
        options,
        answers));
  }
  return answers;
}

Result<void> ExactIndex::SearchBatch(
    std::span<const float> floats,
    const SearchOptions& options,
    std::vector<std::vector<Neighbor>>& answers) const {
  const ProbeBatch batch(floats, dimension_, padded_dimension_);
  const int num_parts = std::clamp(
      options.num_threads, 1, std::max(1, static_cast<int>(chunks_.size())));
  std::vector<std::vector<TopCandidates>> best(
      static_cast<std::size_t>(num_parts),
      std::vector<TopCandidates>(
          batch.probes.size(),
          TopCandidates(options.k, options.min_similarity)));
  ParallelFor(num_parts, num_parts, [&](int part) {
    const auto index = static_cast<std::size_t>(part);
    for (std::size_t c = index; c < chunks_.size();
         c += static_cast<std::size_t>(num_parts)) {
      ScanChunk(c, batch, best[index]);
    }
  });
  for (std::size_t p = 0; p < batch.probes.size(); ++p) {
    TopCandidates& merged = best.front()[p];
    for (std::size_t part = 1; part < best.size(); ++part) {
      merged.Merge(best[part][p]);
    }
    const auto d = static_cast<std::size_t>(dimension_);
    MIEN_ASSIGN_OR_RETURN(
        auto neighbors,
        Rescore(floats.subspan(p * d, d), merged.Finish(), options));
    answers.push_back(std::move(neighbors));
  }
  return {};
}

void ExactIndex::ScanChunk(std::size_t chunk_index,
                           const ProbeBatch& batch,
                           std::vector<TopCandidates>& best) const {
  const RowChunk& chunk = chunks_[chunk_index];
  const std::size_t first = chunk_index * RowChunk::kRows;
  const std::size_t num_rows = std::min(RowChunk::kRows, ids_.size() - first);
  const BoundScan scan = UsableBoundScans().front().run;
  std::array<float, kStepBlocks * kBlockRows * kStepProbes> upper;
  for (std::size_t start = 0; start < num_rows;
       start += kStepBlocks * kBlockRows) {
    const std::size_t step_rows =
        std::min<std::size_t>(kStepBlocks * kBlockRows, num_rows - start);
    const auto num_blocks =
        static_cast<int>((step_rows + kBlockRows - 1) / kBlockRows);
    const RowBlocks blocks = chunk.Blocks(start, num_blocks);
    scan(blocks, batch.probes, upper.data());
    const float* bounds = upper.data();
    for (std::size_t p = 0; p < batch.probes.size(); ++p) {
      OfferAll(std::span(bounds, step_rows),
               blocks.errors,
               batch.probes[p],
               static_cast<std::uint32_t>(first + start),
               best[p]);
      bounds += num_blocks * kBlockRows;
    }
  }
}

void ExactIndex::OfferAll(std::span<const float> upper,
                          const float* errors,
                          const ScanProbe& probe,
                          std::uint32_t first_position,
                          TopCandidates& best) {
  // Most steps hold nothing of interest; this loop is vectorised.
  float largest = -std::numeric_limits<float>::infinity();
  for (const float bound : upper) {
    largest = bound > largest ? bound : largest;
  }
  if (largest < best.threshold()) {
    return;
  }
  for (std::size_t i = 0; i < upper.size(); ++i) {
    if (upper[i] >= best.threshold()) {
      best.Offer(first_position + static_cast<std::uint32_t>(i),
                 upper[i],
                 upper[i] - 2.0F * BoundWidth(probe, errors[i]));
    }
  }
}

Result<std::vector<Neighbor>> ExactIndex::Rescore(
    std::span<const float> probe,
    std::span<const ScanCandidate> candidates,
    const SearchOptions& options) const {
  BestNeighbors best(probe, options);
  if (rows_) {
    for (const ScanCandidate& candidate : candidates) {
      if (best.CanSkip(candidate.upper)) {
        break;  // and so can all that follow
      }
      best.Offer(ids_[candidate.position], rows_->row(candidate.position));
    }
  } else {
    MIEN_RETURN_IF_ERROR(RescoreFromSource(candidates, best));
  }
  return best.Finish();
}

Result<void> ExactIndex::RescoreFromSource(
    std::span<const ScanCandidate> candidates, BestNeighbors& best) const {
  std::size_t num_rows = kFirstReadRows;
  std::vector<std::uint64_t> ids;
  while (!candidates.empty() && !best.CanSkip(candidates.front().upper)) {
    num_rows = std::min(num_rows, candidates.size());
    ids.clear();
    for (const ScanCandidate& candidate : candidates.first(num_rows)) {
      ids.push_back(ids_[candidate.position]);
    }
    MIEN_RETURN_IF_ERROR(
        source_->Read(ids, [&](std::uint64_t id, std::span<const float> row) {
          best.Offer(id, row);
        }));
    candidates = candidates.subspan(num_rows);
    num_rows *= 2;
  }
  return {};
}

}  // namespace mien
