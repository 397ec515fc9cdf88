// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "engine/watcher.h"
#include "json.h"
#include "mien/image.h"

namespace mien::cli {

/// "0:03.2", or "1:02:03.4".
std::string VideoTimeText(double seconds);

/// What happened, for people: "0:03.2  Ada enters, similarity 0.71".
std::string EventText(const PresenceEvent& event);

/// {"event", "time", "since", "track", "decision", "subject", "similarity",
/// "box"}
Json EventJson(const PresenceEvent& event);

/// {"frame", "time", "faces": [{face, "track", "decision", "subject",
/// "similarity"}]}; the last three are null until a face is decided about.
Json FrameJson(std::int64_t index, double seconds, const WatchedFrame& frame);

/// `image` with a box and a name on each face, coloured by decision.
Image DrawWatchedFrame(const Image& image, const WatchedFrame& frame);

}  // namespace mien::cli
