// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace mien::cli {

/// From now on the first SIGINT or SIGTERM asks the command to stop in good
/// order; the second ends the program at once.
void StopOnSignals();

/// Whether one has come.
bool IsStopRequested();

/// Waits, but not longer than until a stop is requested.
void WaitUnlessStopped(std::chrono::milliseconds time);

}  // namespace mien::cli
