// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "video/video_source.h"

namespace mien::video {

/// Reads `source` on a thread of its own as fast as it gives frames, and hands
/// out the newest: whoever is slower than a live stream misses frames instead
/// of lagging behind more and more. num_dropped() says how many. The last frame
/// before the end or an error is handed out in any case.
///
/// `stop` must make a waiting Next() of `source` return soon; it is called when
/// the answer goes away, while the thread still reads.
std::unique_ptr<VideoSource> KeepLatest(std::unique_ptr<VideoSource> source,
                                        std::function<void()> stop);

}  // namespace mien::video
