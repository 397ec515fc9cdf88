// SPDX-License-Identifier: Apache-2.0
#include "index/top_candidates.h"

#include <algorithm>
#include <functional>

namespace mien {

void TopCandidates::Offer(std::uint32_t position, float upper, float lower) {
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

void TopCandidates::Merge(const TopCandidates& other) {
  for (const ScanCandidate& candidate : other.candidates_) {
    candidates_.push_back(candidate);
  }
  lowers_.insert(lowers_.end(), other.lowers_.begin(), other.lowers_.end());
  std::ranges::sort(lowers_, std::greater<>());
  lowers_.resize(std::min(lowers_.size(), k_));
  std::ranges::make_heap(lowers_, std::greater<>());
  threshold_ = std::max(threshold_, other.threshold_);
  if (lowers_.size() == k_) {
    threshold_ = std::max(threshold_, lowers_.front());
  }
}

std::span<const ScanCandidate> TopCandidates::Finish() {
  Prune();
  std::ranges::sort(candidates_, std::greater<>(), &ScanCandidate::upper);
  return candidates_;
}

void TopCandidates::Prune() {
  std::erase_if(candidates_, [this](const ScanCandidate& candidate) {
    return candidate.upper < threshold_;
  });
}

}  // namespace mien
