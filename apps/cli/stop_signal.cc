// SPDX-License-Identifier: Apache-2.0
#include "stop_signal.h"

#include <algorithm>
#include <csignal>
#include <thread>

namespace mien::cli {
namespace {

constexpr std::chrono::milliseconds kNap{50};

// All that a signal handler may touch.
volatile std::sig_atomic_t is_stop_requested = 0;

extern "C" void RequestStop(int /*signal*/) { is_stop_requested = 1; }

}  // namespace

void StopOnSignals() {
  struct sigaction action {};

  action.sa_handler = RequestStop;
  // Without SA_RESTART, so that a read that waits for data ends; the second
  // signal does what it usually does.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool IsStopRequested() { return is_stop_requested != 0; }

void WaitUnlessStopped(std::chrono::milliseconds time,
                       const std::function<bool()>& should_stop) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!should_stop() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::min(time, kNap));
  }
}

}  // namespace mien::cli
