// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mien/geometry.h"
#include "track/identity_vote.h"

namespace mien {

/// A face that has been decided about, in the present frame.
struct PresentFace {
  int track = 0;
  Box box;
  ShownIdentity identity;
};

/// Somebody came, turned out to be somebody, or went.
struct PresenceEvent {
  enum class Kind : std::uint8_t {
    kEnter,   ///< came into view
    kChange,  ///< a stranger got a name, or a possible name became certain
    kLeave,   ///< was not seen for a while
  };

  Kind kind = Kind::kEnter;

  /// When it happened; of kLeave, when they were last seen.
  double seconds = 0.0;

  /// When they came.
  double since = 0.0;

  PresentFace face;  ///< as last seen
};

/// "enter", "change" or "leave".
std::string_view PresenceEventName(PresenceEvent::Kind kind);

/// Turns faces from frame to frame into comings and goings. A known person is
/// one presence, however many tracks they have one after the other; a stranger
/// is one per track.
class Presence {
 public:
  /// Who is not seen for longer than `gone_after_seconds` has left.
  explicit Presence(double gone_after_seconds);

  /// Takes in the faces of a frame; what happened, goings first.
  std::vector<PresenceEvent> Update(std::span<const PresentFace> faces,
                                    double seconds);

  /// Lets everybody go.
  std::vector<PresenceEvent> Finish();

 private:
  /// Subject and, for strangers, track.
  using Key = std::pair<std::int64_t, int>;

  struct Entry {
    double since = 0.0;
    double last_seconds = 0.0;
    PresentFace face;
  };

  void See(const PresentFace& face,
           double seconds,
           std::vector<PresenceEvent>& events);

  double gone_after_seconds_;
  std::map<Key, Entry> present_;
};

}  // namespace mien
