// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "mien/result.h"

namespace mien::cli {

/// What the program answers to its caller; docs/cli.md lists them.
enum class ExitCode : std::uint8_t {
  kDone = 0,      ///< done, or the faces match
  kNoMatch = 1,   ///< done, and the faces do not match
  kUsage = 2,     ///< the command line is wrong
  kBadInput = 3,  ///< a picture or list could not be used
  kFailure = 4,   ///< models, output or mien itself failed
};

/// The code for an error in something the user gave to work on.
ExitCode ExitCodeOfInput(const Error& error);

/// The code for an error that ends a command: its options, models, output.
ExitCode ExitCodeOfSetup(const Error& error);

/// Prints "mien: <message>" on stderr.
void PrintError(const Error& error);

/// The code of a command that ran, or prints the error that ended it and
/// returns ExitCodeOfSetup().
ExitCode Report(const Result<ExitCode>& outcome);

}  // namespace mien::cli
