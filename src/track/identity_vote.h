// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "mien/identifier.h"

namespace mien {

/// How frames are voted over.
struct VoteOptions {
  /// Time after which a frame counts half, in seconds.
  double half_life_seconds = 1.5;

  /// Sum of qualities from which on a track is decided about: two good frames
  /// or several poor ones.
  double min_weight = 1.5;

  /// What a similarity must fall or a rival must lead by to change a name that
  /// is shown already.
  float margin = 0.05F;

  /// Frames in a row that a rival must lead.
  int rival_frames = 3;
};

/// Gathers what the frames of one track say about who it is: for every subject
/// the mean cosine similarity over the frames, weighted by quality and fading
/// with time. A subject that a frame does not name counts 0 there. The mean of
/// several comparisons of two people varies less than one comparison, so the
/// thresholds of identification hold, on the safe side.
class IdentityVote {
 public:
  explicit IdentityVote(const VoteOptions& options = {});

  /// Adds a frame: its candidates and the quality of the face, in [0, 1].
  void Add(std::span<const Candidate> candidates,
           float quality,
           double seconds);

  /// All subjects with their mean similarity, best first.
  [[nodiscard]] std::vector<Candidate> Means() const;

  /// Whether there has been enough to decide.
  [[nodiscard]] bool is_enough() const;

 private:
  struct Sum {
    std::string name;
    double weighted = 0.0;
  };

  VoteOptions options_;
  std::map<std::int64_t, Sum> sums_;
  double weight_ = 0.0;

  /// Without fading: a track that was decided about stays so.
  double total_weight_ = 0.0;
  double last_seconds_ = 0.0;
};

/// Who a track is shown as.
struct ShownIdentity {
  Decision decision = Decision::kUnknown;

  /// Not of use for kUnknown.
  std::int64_t subject_id = 0;
  std::string subject = {};

  /// Mean similarity of the subject, or of the best one for kUnknown.
  float cosine_similarity = 0.0F;
};

/// Keeps the name of a track from flickering: a name appears at its threshold
/// and goes below a lower one, and gives way to another only when that leads by
/// a margin for several frames (a Schmitt trigger).
class StickyIdentity {
 public:
  explicit StickyIdentity(const VoteOptions& options = {});

  /// Takes in what DecideIdentities() made of the track's means, with the
  /// `thresholds` it used.
  const ShownIdentity& Update(const Identification& identification,
                              const IdentifyThresholds& thresholds);

  [[nodiscard]] const ShownIdentity& shown() const { return shown_; }

  /// How often one name gave way to another.
  [[nodiscard]] int num_switches() const { return num_switches_; }

 private:
  bool HasRivalWon(const Identification& identification, float own);
  void Show(const Identification& identification);

  VoteOptions options_;
  ShownIdentity shown_;
  int num_rival_frames_ = 0;
  int num_switches_ = 0;
};

}  // namespace mien
