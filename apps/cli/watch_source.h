// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "mien/result.h"
#include "video/video_source.h"

namespace mien::cli {

/// The frames that mien watch looks at.
struct WatchSource {
  /// How often a live stream broke off.
  std::shared_ptr<std::atomic<int>> num_losses;

  std::unique_ptr<video::VideoSource> frames;
};

/// Opens a video file, of which every `every`-th frame is looked at, or a live
/// stream, which is opened again when it breaks off (with a word on standard
/// error) and of which the newest frame is looked at. Ends when a stop is
/// requested.
///
/// Errors: those of video::OpenVideo().
Result<WatchSource> OpenWatchSource(const std::string& address, int every);

}  // namespace mien::cli
