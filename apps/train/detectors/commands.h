// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "exit_code.h"

namespace mien::train {

/// `mien train ssd`: trains mien's single-shot detector.
void AddSsdCommand(CLI::App& app, cli::ExitCode& exit);

/// `mien train mtcnn`: trains the three nets of MTCNN, one after the other.
void AddMtcnnCommand(CLI::App& app, cli::ExitCode& exit);

}  // namespace mien::train
