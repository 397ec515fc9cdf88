// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "exit_code.h"

namespace mien::train {

/// `mien train ssd`: trains mien's single-shot detector.
void AddSsdCommand(CLI::App& app, cli::ExitCode& exit);

}  // namespace mien::train
