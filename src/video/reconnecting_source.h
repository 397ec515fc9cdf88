// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "mien/result.h"
#include "video/video_source.h"

namespace mien::video {

using OpenSource = std::function<Result<std::unique_ptr<VideoSource>>()>;

struct ReconnectOptions {
  /// Waits before trying again; may return early when asked to stop.
  std::function<void(std::chrono::milliseconds)> wait;

  /// True ends the stream.
  std::function<bool()> should_stop;

  /// Told of every loss, with its reason and how long will be waited. May be
  /// empty.
  std::function<void(const Error& error, std::chrono::milliseconds wait)>
      on_loss = {};
};

/// The wait before attempt `attempt`, from 0: 1, 2, 4, ... s, at most 30 s.
std::chrono::milliseconds BackoffBefore(int attempt);

/// A stream that is opened again with `open` whenever it breaks off or ends,
/// until asked to stop. Indices and seconds go on where they were, the waits
/// added. Only errors of the first opening are errors.
Result<std::unique_ptr<VideoSource>> OpenReconnecting(OpenSource open,
                                                      ReconnectOptions options);

}  // namespace mien::video
