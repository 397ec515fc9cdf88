// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mien {

/// A row and the upper bound of its similarity to a probe.
struct ScanCandidate {
  std::uint32_t position = 0;
  float upper = 0.0F;

  friend bool operator==(const ScanCandidate&, const ScanCandidate&) = default;
};

/// Collects, from bounds of their similarities, the rows that can be among the
/// k most similar to one probe.
class TopCandidates {
 public:
  /// Rows less similar than `min_similarity` do not count.
  TopCandidates(int k, float min_similarity)
      : k_(static_cast<std::size_t>(k)), threshold_(min_similarity) {}

  /// What an upper bound must reach to matter.
  [[nodiscard]] float threshold() const { return threshold_; }

  /// Takes a row whose similarity lies in [lower, upper].
  void Offer(std::uint32_t position, float upper, float lower);

  /// Takes over what `other` found in another part of the index.
  void Merge(const TopCandidates& other);

  /// All that can be among the best, highest bound first.
  [[nodiscard]] std::span<const ScanCandidate> Finish();

 private:
  void Prune();

  std::size_t k_;
  float threshold_;
  std::size_t prune_at_ = 1024;
  std::vector<float>
      lowers_;  ///< the k highest, a heap with the least in front
  std::vector<ScanCandidate> candidates_;
};

}  // namespace mien
