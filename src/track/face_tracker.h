// SPDX-License-Identifier: Apache-2.0
//
// The track module follows faces through a video and gathers from frame to
// frame who they are. It may use core, embed, detect and match.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "mien/detector.h"
#include "mien/result.h"
#include "track/box_filter.h"

namespace mien {

/// A face in one frame.
struct SightedFace {
  Detection detection;

  /// [d], length 1.
  std::span<const float> embedding;

  /// FaceQuality::score(), how far the embedding can be trusted.
  float quality = 1.0F;
};

/// How faces are followed. All fields have working defaults.
struct TrackerOptions {
  /// Detections scoring less begin no track, and continue one only if no
  /// better detection does.
  float high_score = 0.6F;

  /// Overlap (intersection over union) of a detection with where its track is
  /// expected, at least; the second for low scores.
  float min_overlap = 0.2F;
  float min_overlap_low = 0.5F;

  /// Two good sightings with a lower cosine similarity are two people, however
  /// close.
  float different_below = 0.2F;

  /// From this cosine similarity on a face goes on with a track that was lost
  /// elsewhere in the picture.
  float same_from = 0.4F;

  /// A track without a sighting for longer ends, in seconds.
  double max_gap_seconds = 1.0;
};

/// Follows faces by where they are expected and what they look like:
/// ByteTrack (Zhang et al. 2022, "ByteTrack: multi-object tracking by
/// associating every detection box", ECCV) on the Kalman filter of DeepSORT
/// (BoxFilter). Departures: overlaps are assigned by the best sum; a face that
/// looks like somebody else than the track continues none, so that a cut from
/// one person to another at the same place is noticed; and what overlaps no
/// track is compared with those that were lost by looks, as DeepSORT does.
///
/// Thread safety: one thread at a time.
class FaceTracker {
 public:
  explicit FaceTracker(const TrackerOptions& options = {});
  FaceTracker(const FaceTracker&) = delete;
  FaceTracker& operator=(const FaceTracker&) = delete;
  ~FaceTracker();

  /// The track of each face, never used before or since for another; none for
  /// a face of low score that continues no track. `seconds` must not fall from
  /// call to call.
  std::vector<std::optional<int>> Update(std::span<const SightedFace> faces,
                                         double seconds);

  /// The tracks that the last Update() ended.
  [[nodiscard]] std::span<const int> ended() const { return ended_; }

 private:
  struct Track;
  struct Association;

  [[nodiscard]] bool AreDifferent(const Track& track,
                                  const SightedFace& face) const;
  [[nodiscard]] float OverlapGain(const Track& track,
                                  const SightedFace& face,
                                  float min_overlap) const;
  void Associate(Association& association, float min_score, float max_score);
  void AssociateByLooks(Association& association);
  void Begin(const SightedFace& face, double seconds);
  void EndLost(double seconds);

  TrackerOptions options_;
  std::vector<Track> tracks_;
  std::vector<int> ended_;
  int next_id_ = 1;
};

/// Intersection over union of two boxes, in [0, 1].
float Overlap(const Box& a, const Box& b);

}  // namespace mien
