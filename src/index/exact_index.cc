// SPDX-License-Identifier: Apache-2.0
#include "index/exact_index.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "core/check.h"
#include "core/parallel.h"
#include "index/bound_scan.h"
#include "index/quantize.h"

namespace mien {
namespace {

constexpr std::size_t kChunkBlocks = 1024;
constexpr std::size_t kChunkRows = kChunkBlocks * kBlockRows;

/// Blocks and probes scanned at a time, so that their bounds stay in the
/// first-level cache.
constexpr int kStepBlocks = 8;
constexpr std::size_t kStepProbes = 32;

/// More than the rounding of the float arithmetic around the integer sums, and
/// of unit lengths.
constexpr float kFloatSlack = 1e-5F;

/// Eight partial sums, so that the compiler can use vector registers.
double Dot(std::span<const float> a, std::span<const float> b) {
  std::array<double, 8> sums{};
  const std::size_t num_whole = a.size() / 8 * 8;
  for (std::size_t i = 0; i < num_whole; i += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane) {
      sums[lane] += static_cast<double>(a[i + lane]) * b[i + lane];
    }
  }
  double sum = std::accumulate(sums.begin(), sums.end(), 0.0);
  for (std::size_t i = num_whole; i < a.size(); ++i) {
    sum += static_cast<double>(a[i]) * b[i];
  }
  return sum;
}

/// `vector` at length 1 in `out`, which may be longer.
void Normalize(std::span<const float> vector, std::span<float> out) {
  const double length = std::sqrt(Dot(vector, vector));
  for (std::size_t i = 0; i < vector.size(); ++i) {
    out[i] = static_cast<float>(vector[i] / length);
  }
}

}  // namespace

/// 16,384 rows, so that growing copies nothing.
struct ExactIndex::Chunk {
  explicit Chunk(int padded_dimension)
      : values(kChunkRows * static_cast<std::size_t>(padded_dimension)) {}

  std::vector<std::int8_t> values;
  std::array<float, kChunkRows> scales{};
  std::array<float, kChunkRows> errors{};
};

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

/// A row and the upper bound of its similarity.
struct ExactIndex::Candidate {
  std::uint32_t position = 0;
  float upper = 0.0F;
};

/// Collects the positions that can be among the k best of one probe.
class ExactIndex::TopK {
 public:
  TopK(int k, float min_similarity)
      : k_(static_cast<std::size_t>(k)), threshold_(min_similarity) {}

  /// What a bound must reach to matter.
  [[nodiscard]] float threshold() const { return threshold_; }

  void Offer(std::uint32_t position, float upper, float lower) {
    candidates_.push_back({position, upper});
    lowers_.push_back(lower);
    std::push_heap(lowers_.begin(), lowers_.end(), std::greater<>());
    if (lowers_.size() > k_) {
      std::pop_heap(lowers_.begin(), lowers_.end(), std::greater<>());
      lowers_.pop_back();
    }
    if (lowers_.size() == k_) {
      threshold_ = std::max(threshold_, lowers_.front());
    }
    if (candidates_.size() >= prune_at_) {
      Prune();
      prune_at_ = std::max(prune_at_, 2 * candidates_.size());
    }
  }

  /// Takes over what `other` found in another part of the index.
  void Merge(const TopK& other) {
    for (const Candidate& candidate : other.candidates_) {
      candidates_.push_back(candidate);
    }
    lowers_.insert(lowers_.end(), other.lowers_.begin(), other.lowers_.end());
    std::sort(lowers_.begin(), lowers_.end(), std::greater<>());
    lowers_.resize(std::min(lowers_.size(), k_));
    threshold_ = std::max(threshold_, other.threshold_);
    if (lowers_.size() == k_) {
      threshold_ = std::max(threshold_, lowers_.back());
    }
  }

  /// All that can be among the best, highest bound first.
  [[nodiscard]] std::span<const Candidate> Finish() {
    Prune();
    std::ranges::sort(candidates_, std::greater<>(), &Candidate::upper);
    return candidates_;
  }

 private:
  void Prune() {
    std::erase_if(candidates_, [this](const Candidate& candidate) {
      return candidate.upper < threshold_;
    });
  }

  std::size_t k_;
  float threshold_;
  std::size_t prune_at_ = 1024;
  std::vector<float> lowers_;
  std::vector<Candidate> candidates_;
};

ExactIndex::ExactIndex(int dimension, RowStorage storage)
    : dimension_(dimension),
      padded_dimension_((dimension + 3) / 4 * 4),
      rows_(dimension, storage) {
  MIEN_CHECK(dimension >= 1 && dimension <= 65536);
}

ExactIndex::ExactIndex(ExactIndex&&) noexcept = default;
ExactIndex& ExactIndex::operator=(ExactIndex&&) noexcept = default;
ExactIndex::~ExactIndex() = default;

std::size_t ExactIndex::memory_bytes() const {
  // A node of the hash map: next pointer, id, position, and its bucket.
  constexpr std::size_t kMapEntryBytes = 32;
  return chunks_.size() *
             (sizeof(Chunk) +
              kChunkRows * static_cast<std::size_t>(padded_dimension_)) +
         ids_.capacity() * sizeof(std::uint64_t) +
         positions_.size() * kMapEntryBytes + rows_.memory_bytes();
}

ExactIndex::Chunk& ExactIndex::ChunkOf(std::size_t position) const {
  return *chunks_[position / kChunkRows];
}

std::int8_t* ExactIndex::BlockOf(std::size_t position) const {
  return ChunkOf(position).values.data() +
         position % kChunkRows / kBlockRows * kBlockRows *
             static_cast<std::size_t>(padded_dimension_);
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
  if (Contains(id)) {
    return Error{ErrorCode::kAlreadyExists,
                 "the index holds id " + std::to_string(id) + " already"};
  }
  std::vector<float> unit(static_cast<std::size_t>(padded_dimension_));
  Normalize(vector, unit);
  MIEN_RETURN_IF_ERROR(rows_.Append(std::span(unit).first(vector.size())));

  const std::size_t position = ids_.size();
  if (position == chunks_.size() * kChunkRows) {
    chunks_.push_back(std::make_unique<Chunk>(padded_dimension_));
  }
  std::vector<std::int8_t> values(unit.size());
  const Quantized q = QuantizeToInt8(unit, values);
  Place(position, values, q.scale, q.error);
  ids_.push_back(id);
  positions_[id] = static_cast<std::uint32_t>(position);
  return {};
}

void ExactIndex::Place(std::size_t position,
                       std::span<const std::int8_t> values,
                       float scale,
                       float error) {
  StoreInBlock(
      values, static_cast<int>(position % kBlockRows), BlockOf(position));
  Chunk& chunk = ChunkOf(position);
  chunk.scales[position % kChunkRows] = scale;
  chunk.errors[position % kChunkRows] = error;
}

bool ExactIndex::Remove(std::uint64_t id) {
  const auto found = positions_.find(id);
  if (found == positions_.end()) {
    return false;
  }
  const std::size_t position = found->second;
  const std::size_t last = ids_.size() - 1;
  std::vector<std::int8_t> values(static_cast<std::size_t>(padded_dimension_));
  if (position != last) {
    LoadFromBlock(BlockOf(last), static_cast<int>(last % kBlockRows), values);
    Place(position,
          values,
          ChunkOf(last).scales[last % kChunkRows],
          ChunkOf(last).errors[last % kChunkRows]);
    ids_[position] = ids_[last];
    positions_[ids_[position]] = static_cast<std::uint32_t>(position);
  }
  std::ranges::fill(values, std::int8_t{0});
  Place(last, values, 0.0F, 0.0F);
  rows_.RemoveBySwap(position);
  ids_.pop_back();
  positions_.erase(id);
  if (ids_.size() == (chunks_.size() - 1) * kChunkRows) {
    chunks_.pop_back();
  }
  return true;
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
    SearchBatch(probes.subspan(first, std::min(step, probes.size() - first)),
                options,
                answers);
  }
  return answers;
}

void ExactIndex::SearchBatch(
    std::span<const float> floats,
    const SearchOptions& options,
    std::vector<std::vector<Neighbor>>& answers) const {
  const ProbeBatch batch(floats, dimension_, padded_dimension_);
  const int num_parts = std::clamp(
      options.num_threads, 1, std::max(1, static_cast<int>(chunks_.size())));
  std::vector<std::vector<TopK>> best(
      static_cast<std::size_t>(num_parts),
      std::vector<TopK>(batch.probes.size(),
                        TopK(options.k, options.min_similarity)));
  ParallelFor(num_parts, num_parts, [&](int part) {
    const auto index = static_cast<std::size_t>(part);
    for (std::size_t c = index; c < chunks_.size();
         c += static_cast<std::size_t>(num_parts)) {
      ScanChunk(c, batch, best[index]);
    }
  });
  for (std::size_t p = 0; p < batch.probes.size(); ++p) {
    TopK& merged = best.front()[p];
    for (std::size_t part = 1; part < best.size(); ++part) {
      merged.Merge(best[part][p]);
    }
    const auto d = static_cast<std::size_t>(dimension_);
    answers.push_back(
        Rescore(floats.subspan(p * d, d), merged.Finish(), options));
  }
}

void ExactIndex::ScanChunk(std::size_t chunk_index,
                           const ProbeBatch& batch,
                           std::vector<TopK>& best) const {
  const Chunk& chunk = *chunks_[chunk_index];
  const std::size_t first = chunk_index * kChunkRows;
  const std::size_t num_rows = std::min(kChunkRows, ids_.size() - first);
  const BoundScan scan = UsableBoundScans().front().run;
  std::array<float, kStepBlocks * kBlockRows * kStepProbes> upper;
  for (std::size_t start = 0; start < num_rows;
       start += kStepBlocks * kBlockRows) {
    const std::size_t step_rows =
        std::min<std::size_t>(kStepBlocks * kBlockRows, num_rows - start);
    const auto num_blocks =
        static_cast<int>((step_rows + kBlockRows - 1) / kBlockRows);
    scan({&chunk.values[start * static_cast<std::size_t>(padded_dimension_)],
          &chunk.scales[start],
          &chunk.errors[start],
          num_blocks,
          padded_dimension_},
         batch.probes,
         upper.data());
    const float* bounds = upper.data();
    for (std::size_t p = 0; p < batch.probes.size(); ++p) {
      OfferAll(std::span(bounds, step_rows),
               &chunk.errors[start],
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
                          TopK& best) {
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

std::vector<Neighbor> ExactIndex::Rescore(std::span<const float> probe,
                                          std::span<const Candidate> candidates,
                                          const SearchOptions& options) const {
  const auto nearer = [](const Neighbor& a, const Neighbor& b) {
    return a.cosine_similarity != b.cosine_similarity
               ? a.cosine_similarity > b.cosine_similarity
               : a.id < b.id;
  };
  const auto k = static_cast<std::size_t>(options.k);
  const double probe_length = std::sqrt(Dot(probe, probe));
  // A heap with the worst of the k best in front.
  std::vector<Neighbor> neighbors;
  for (const Candidate& candidate : candidates) {
    const bool is_full = neighbors.size() == k;
    if (is_full && candidate.upper < neighbors.front().cosine_similarity) {
      break;  // and so are all that follow
    }
    const auto row = rows_.row(candidate.position);
    const auto cosine = static_cast<float>(
        Dot(probe, row) / (probe_length * std::sqrt(Dot(row, row))));
    if (cosine < options.min_similarity) {
      continue;
    }
    neighbors.push_back({ids_[candidate.position], cosine});
    std::ranges::push_heap(neighbors, nearer);
    if (is_full) {
      std::ranges::pop_heap(neighbors, nearer);
      neighbors.pop_back();
    }
  }
  std::ranges::sort_heap(neighbors, nearer);
  return neighbors;
}

}  // namespace mien
