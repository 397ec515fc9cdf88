// SPDX-License-Identifier: Apache-2.0
#include "track/face_tracker.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>

#include "match/assignment.h"
#include "mien/embedding.h"

namespace mien {
namespace {

/// Sightings below this quality say little about looks.
constexpr float kTrustedQuality = 0.4F;

/// What is left of earlier looks at each sighting.
constexpr float kLooksMemory = 0.9F;

}  // namespace

struct FaceTracker::Track {
  int id = 0;
  BoxFilter filter;
  double last_seconds = 0.0;

  /// Sum of the embeddings, weighted by quality and fading.
  std::vector<float> looks;
  float looks_weight = 0.0F;

  void See(const SightedFace& face, double seconds) {
    filter.Correct(face.detection.box);
    last_seconds = seconds;
    AddLooks(face);
  }

  void AddLooks(const SightedFace& face) {
    looks.resize(face.embedding.size());
    for (std::size_t i = 0; i < looks.size(); ++i) {
      looks[i] = kLooksMemory * looks[i] + face.quality * face.embedding[i];
    }
    looks_weight = kLooksMemory * looks_weight + face.quality;
  }
};

/// Which faces and tracks have found each other.
struct FaceTracker::Association {
  std::span<const SightedFace> faces;
  std::vector<std::optional<std::size_t>> track_of_face;
  std::vector<bool> is_track_taken;

  /// Pairs up what is free, for the largest sum of gains; `gain` > 0 allows a
  /// pair.
  void Assign(
      const std::function<float(std::size_t track, std::size_t face)>& gain) {
    std::vector<std::size_t> free_tracks;
    std::vector<std::size_t> free_faces;
    for (std::size_t t = 0; t < is_track_taken.size(); ++t) {
      if (!is_track_taken[t]) {
        free_tracks.push_back(t);
      }
    }
    for (std::size_t f = 0; f < faces.size(); ++f) {
      if (!track_of_face[f]) {
        free_faces.push_back(f);
      }
    }
    std::vector<float> gains;
    for (const std::size_t t : free_tracks) {
      for (const std::size_t f : free_faces) {
        gains.push_back(gain(t, f));
      }
    }
    const auto columns = BestAssignment(gains,
                                        static_cast<int>(free_tracks.size()),
                                        static_cast<int>(free_faces.size()));
    for (std::size_t row = 0; row < columns.size(); ++row) {
      if (columns[row]) {
        const auto face = free_faces[static_cast<std::size_t>(*columns[row])];
        track_of_face[face] = free_tracks[row];
        is_track_taken[free_tracks[row]] = true;
      }
    }
  }
};

FaceTracker::FaceTracker(const TrackerOptions& options) : options_(options) {}

FaceTracker::~FaceTracker() = default;

bool FaceTracker::AreDifferent(const Track& track,
                               const SightedFace& face) const {
  return face.quality >= kTrustedQuality &&
         track.looks_weight >= kTrustedQuality &&
         CosineSimilarity(track.looks, face.embedding) <
             options_.different_below;
}

float FaceTracker::OverlapGain(const Track& track,
                               const SightedFace& face,
                               float min_overlap) const {
  const float gain =
      Overlap(track.filter.box(), face.detection.box) - min_overlap;
  return gain > 0.0F && !AreDifferent(track, face) ? gain : 0.0F;
}

void FaceTracker::Associate(Association& association,
                            float min_score,
                            float max_score) {
  const bool is_low = max_score <= options_.high_score;
  const float min_overlap =
      is_low ? options_.min_overlap_low : options_.min_overlap;
  association.Assign([&](std::size_t track, std::size_t face) {
    const SightedFace& sighted = association.faces[face];
    const float score = sighted.detection.score;
    return score >= min_score && score < max_score
               ? OverlapGain(tracks_[track], sighted, min_overlap)
               : 0.0F;
  });
}

void FaceTracker::AssociateByLooks(Association& association) {
  association.Assign([&](std::size_t track, std::size_t face) {
    const SightedFace& sighted = association.faces[face];
    const bool is_clear = sighted.detection.score >= options_.high_score &&
                          sighted.quality >= kTrustedQuality &&
                          tracks_[track].looks_weight >= kTrustedQuality;
    return is_clear
               ? CosineSimilarity(tracks_[track].looks, sighted.embedding) -
                     options_.same_from
               : 0.0F;
  });
}

void FaceTracker::Begin(const SightedFace& face, double seconds) {
  Track track{next_id_++, BoxFilter(face.detection.box), seconds, {}, 0.0F};
  track.AddLooks(face);
  tracks_.push_back(std::move(track));
}

void FaceTracker::EndLost(double seconds) {
  ended_.clear();
  std::erase_if(tracks_, [&](const Track& track) {
    const bool is_lost =
        seconds - track.last_seconds > options_.max_gap_seconds;
    if (is_lost) {
      ended_.push_back(track.id);
    }
    return is_lost;
  });
}

std::vector<std::optional<int>> FaceTracker::Update(
    std::span<const SightedFace> faces, double seconds) {
  EndLost(seconds);
  for (Track& track : tracks_) {
    track.filter.Predict();
  }
  Association association{faces,
                          std::vector<std::optional<std::size_t>>(faces.size()),
                          std::vector<bool>(tracks_.size())};
  constexpr float kAny = std::numeric_limits<float>::infinity();
  Associate(association, options_.high_score, kAny);
  Associate(association, -kAny, options_.high_score);
  AssociateByLooks(association);
  std::vector<std::optional<int>> ids;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    if (const auto track = association.track_of_face[i]) {
      tracks_[*track].See(faces[i], seconds);
      ids.emplace_back(tracks_[*track].id);
    } else if (faces[i].detection.score >= options_.high_score) {
      ids.emplace_back(next_id_);
      Begin(faces[i], seconds);
    } else {
      ids.emplace_back(std::nullopt);
    }
  }
  return ids;
}

float Overlap(const Box& a, const Box& b) {
  const Box common = {std::max(a.x0, b.x0),
                      std::max(a.y0, b.y0),
                      std::min(a.x1, b.x1),
                      std::min(a.y1, b.y1)};
  const float both = a.area() + b.area() - common.area();
  return both > 0.0F ? common.area() / both : 0.0F;
}

}  // namespace mien
