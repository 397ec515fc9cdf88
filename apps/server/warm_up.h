// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mien/recognizer.h"
#include "mien/result.h"

namespace mien::server {

/// Runs the networks of `recognizer` on pictures of the shapes that most have,
/// so that the first requests need not wait until weights are packed and
/// networks compiled: one face in a picture of 3:4 or 4:3. For other shapes,
/// and several faces at once, networks are compiled when they come.
///
/// Errors: those of Recognizer::Detect() and Recognizer::Embed().
Result<void> WarmUp(const Recognizer& recognizer);

}  // namespace mien::server
