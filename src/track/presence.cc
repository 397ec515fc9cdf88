// SPDX-License-Identifier: Apache-2.0
#include "track/presence.h"

#include <limits>

namespace mien {
namespace {

using Kind = PresenceEvent::Kind;

bool IsStranger(const PresentFace& face) {
  return face.identity.decision == Decision::kUnknown;
}

}  // namespace

std::string_view PresenceEventName(Kind kind) {
  switch (kind) {
    case Kind::kEnter:
      return "enter";
    case Kind::kChange:
      return "change";
    case Kind::kLeave:
      return "leave";
  }
  return "enter";
}

Presence::Presence(double gone_after_seconds)
    : gone_after_seconds_(gone_after_seconds) {}

std::vector<PresenceEvent> Presence::Update(std::span<const PresentFace> faces,
                                            double seconds) {
  std::vector<PresenceEvent> comings;
  for (const PresentFace& face : faces) {
    See(face, seconds, comings);
  }
  std::vector<PresenceEvent> events;
  for (auto entry = present_.begin(); entry != present_.end();) {
    const Entry& seen = entry->second;
    if (seconds - seen.last_seconds > gone_after_seconds_) {
      events.push_back(
          {Kind::kLeave, seen.last_seconds, seen.since, seen.face});
      entry = present_.erase(entry);
    } else {
      ++entry;
    }
  }
  events.insert(events.end(), comings.begin(), comings.end());
  return events;
}

void Presence::See(const PresentFace& face,
                   double seconds,
                   std::vector<PresenceEvent>& events) {
  const Key stranger = {0, face.track};
  const Key key =
      IsStranger(face) ? stranger : Key{face.identity.subject_id, 0};
  const auto known = present_.find(key);
  if (known != present_.end()) {
    Entry& entry = known->second;
    const bool has_become_certain =
        face.identity.decision == Decision::kMatch &&
        entry.face.identity.decision == Decision::kPossible;
    entry.last_seconds = seconds;
    entry.face = face;
    if (!IsStranger(face)) {
      present_.erase(stranger);  // who was a known person all the while
    }
    if (has_become_certain) {
      events.push_back({Kind::kChange, seconds, entry.since, face});
    }
    return;
  }
  const auto was_stranger = present_.find(stranger);
  if (!IsStranger(face) && was_stranger != present_.end()) {
    const double since = was_stranger->second.since;
    present_.erase(was_stranger);
    present_[key] = {since, seconds, face};
    events.push_back({Kind::kChange, seconds, since, face});
    return;
  }
  present_[key] = {seconds, seconds, face};
  events.push_back({Kind::kEnter, seconds, seconds, face});
}

std::vector<PresenceEvent> Presence::Finish() {
  return Update({}, std::numeric_limits<double>::infinity());
}

}  // namespace mien
