// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "mien/gallery_recognizer.h"
#include "mien/result.h"
#include "track/face_tracker.h"
#include "track/identity_vote.h"
#include "track/presence.h"

namespace mien {

/// How a video is watched. All fields have working defaults.
struct WatchOptions {
  IdentifyOptions identify;
  VoteOptions vote;

  /// Who is not seen for longer has left, in seconds.
  double gone_after_seconds = 2.0;
};

/// A face of a frame, followed from earlier ones.
struct WatchedFace {
  Detection detection;
  int track = 0;

  /// None until there has been enough to decide.
  std::optional<ShownIdentity> identity;
};

/// What a frame showed, and who came and went.
struct WatchedFrame {
  std::vector<WatchedFace> faces;
  std::vector<PresenceEvent> events;
};

/// Says from frame to frame who is in a video.
///
/// Thread safety: one thread at a time.
class Watcher {
 public:
  /// Both must outlive this.
  ///
  /// Errors: those of ChooseThresholds(); `options.identify` fail Validate().
  static Result<std::unique_ptr<Watcher>> Create(
      const Recognizer& recognizer,
      GalleryRecognizer& gallery,
      const WatchOptions& options = {});

  /// Takes in the next frame; `seconds` must not fall.
  ///
  /// Errors: those of Recognizer's methods and GalleryRecognizer::Identify().
  Result<WatchedFrame> Observe(const Image& image, double seconds);

  /// At the end of the video: everybody leaves.
  std::vector<PresenceEvent> Finish() { return presence_.Finish(); }

  /// How often one name gave way to another on the same track.
  [[nodiscard]] int num_switches() const { return num_switches_; }

  /// Tracks so far.
  [[nodiscard]] int num_tracks() const { return num_tracks_; }

 private:
  /// A face with all that is known from this frame alone.
  struct Sighting {
    Face face;
    float quality = 1.0F;
    int track = 0;
  };

  /// What is known of a track.
  struct Person {
    IdentityVote vote;
    StickyIdentity identity;
  };

  Watcher(const Recognizer& recognizer,
          GalleryRecognizer& gallery,
          const WatchOptions& options,
          const VerifyThresholds& looks);

  [[nodiscard]] Result<std::vector<Sighting>> FindSightings(
      const Image& image) const;
  void Follow(std::vector<Sighting>& sightings, double seconds);
  Result<void> Vote(std::span<const Sighting> sightings, double seconds);
  void Decide(std::span<const Sighting> sightings);

  const Recognizer* recognizer_;
  GalleryRecognizer* gallery_;
  WatchOptions options_;
  FaceTracker tracker_;
  std::map<int, Person> people_;  ///< by track
  Presence presence_;
  IdentifyThresholds thresholds_;
  int num_switches_ = 0;
  int num_tracks_ = 0;
};

}  // namespace mien
