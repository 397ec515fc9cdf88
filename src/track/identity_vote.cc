// SPDX-License-Identifier: Apache-2.0
#include "track/identity_vote.h"

#include <algorithm>
#include <cmath>

namespace mien {
namespace {

/// A useless face still says a little.
constexpr double kLeastWeight = 0.05;

float SimilarityTo(std::int64_t subject_id,
                   const std::vector<Candidate>& candidates) {
  const auto found =
      std::ranges::find(candidates, subject_id, &Candidate::subject_id);
  return found == candidates.end() ? 0.0F : found->cosine_similarity;
}

}  // namespace

IdentityVote::IdentityVote(const VoteOptions& options) : options_(options) {}

void IdentityVote::Add(std::span<const Candidate> candidates,
                       float quality,
                       double seconds) {
  const double fading =
      weight_ > 0.0
          ? std::exp2(-(seconds - last_seconds_) / options_.half_life_seconds)
          : 1.0;
  last_seconds_ = seconds;
  for (auto& [id, sum] : sums_) {
    sum.weighted *= fading;
  }
  const double weight = std::max(static_cast<double>(quality), kLeastWeight);
  weight_ = weight_ * fading + weight;
  total_weight_ += weight;
  for (const Candidate& candidate : candidates) {
    Sum& sum = sums_[candidate.subject_id];
    sum.name = candidate.subject;
    sum.weighted += weight * static_cast<double>(candidate.cosine_similarity);
  }
}

std::vector<Candidate> IdentityVote::Means() const {
  std::vector<Candidate> means;
  for (const auto& [id, sum] : sums_) {
    means.push_back({id, sum.name, static_cast<float>(sum.weighted / weight_)});
  }
  std::ranges::stable_sort(means, [](const Candidate& a, const Candidate& b) {
    return a.cosine_similarity > b.cosine_similarity;
  });
  return means;
}

bool IdentityVote::is_enough() const {
  return total_weight_ >= options_.min_weight;
}

StickyIdentity::StickyIdentity(const VoteOptions& options)
    : options_(options) {}

const ShownIdentity& StickyIdentity::Update(
    const Identification& identification,
    const IdentifyThresholds& thresholds) {
  if (shown_.decision == Decision::kUnknown) {
    Show(identification);
    return shown_;
  }
  const float own = SimilarityTo(shown_.subject_id, identification.candidates);
  if (HasRivalWon(identification, own)) {
    ++num_switches_;
    Show(identification);
    return shown_;
  }
  const bool was_match = shown_.decision == Decision::kMatch;
  const float lowest =
      was_match ? thresholds.possible : thresholds.possible - options_.margin;
  if (own < lowest) {
    Show(Identification{Decision::kUnknown, identification.candidates});
    return shown_;
  }
  shown_.cosine_similarity = own;
  if (own >= thresholds.match) {
    shown_.decision = Decision::kMatch;
  }
  return shown_;
}

bool StickyIdentity::HasRivalWon(const Identification& identification,
                                 float own) {
  const bool leads =
      identification.decision == Decision::kMatch &&
      identification.candidates.front().subject_id != shown_.subject_id &&
      identification.candidates.front().cosine_similarity >=
          own + options_.margin;
  num_rival_frames_ = leads ? num_rival_frames_ + 1 : 0;
  return num_rival_frames_ >= options_.rival_frames;
}

void StickyIdentity::Show(const Identification& identification) {
  num_rival_frames_ = 0;
  shown_ = {};
  shown_.decision = identification.decision;
  if (identification.candidates.empty()) {
    return;
  }
  const Candidate& first = identification.candidates.front();
  shown_.cosine_similarity = first.cosine_similarity;
  if (identification.decision != Decision::kUnknown) {
    shown_.subject_id = first.subject_id;
    shown_.subject = first.subject;
  }
}

}  // namespace mien
