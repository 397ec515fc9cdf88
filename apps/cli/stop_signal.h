// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

namespace mien::cli {

/// From now on the first SIGINT or SIGTERM asks the command to stop in good
/// order; the second ends the program at once.
void StopOnSignals();

/// Whether one has come.
bool IsStopRequested();

/// Waits, but not longer than until `should_stop` says so, which may be asked
/// often.
void WaitUnlessStopped(
    std::chrono::milliseconds time,
    const std::function<bool()>& should_stop = IsStopRequested);

}  // namespace mien::cli
