// SPDX-License-Identifier: Apache-2.0
#include "watch_source.h"

#include <cstdio>
#include <utility>

#include "stop_signal.h"
#include "video/latest_source.h"
#include "video/reconnecting_source.h"

namespace mien::cli {
namespace {

Result<WatchSource> OpenLive(const std::string& address, int every) {
  // Outlives what asks it, wherever that runs.
  const auto is_over = std::make_shared<std::atomic<bool>>(false);
  const auto should_stop = [is_over] { return *is_over || IsStopRequested(); };
  WatchSource source;
  source.num_losses = std::make_shared<std::atomic<int>>(0);
  const auto open = [address,
                     options = video::VideoSourceOptions{
                         .every = every, .should_stop = should_stop}] {
    return video::OpenVideo(address, options);
  };
  const auto tell = [num_losses = source.num_losses](
                        const Error& error, std::chrono::milliseconds wait) {
    ++*num_losses;
    std::fprintf(stderr,
                 "mien: %s; trying again in %lld s\n",
                 error.message.c_str(),
                 static_cast<long long>(wait.count() / 1000));
  };
  MIEN_ASSIGN_OR_RETURN(std::unique_ptr<video::VideoSource> stream,
                        video::OpenReconnecting(
                            open,
                            {.wait =
                                 [should_stop](std::chrono::milliseconds time) {
                                   WaitUnlessStopped(time, should_stop);
                                 },
                             .should_stop = should_stop,
                             .on_loss = tell}));
  source.frames =
      video::KeepLatest(std::move(stream), [is_over] { *is_over = true; });
  return source;
}

}  // namespace

Result<WatchSource> OpenWatchSource(const std::string& address, int every) {
  if (video::IsLive(address)) {
    return OpenLive(address, every);
  }
  WatchSource source;
  source.num_losses = std::make_shared<std::atomic<int>>(0);
  MIEN_ASSIGN_OR_RETURN(
      source.frames,
      video::OpenVideo(address,
                       {.every = every, .should_stop = IsStopRequested}));
  return source;
}

}  // namespace mien::cli
