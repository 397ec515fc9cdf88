// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "exit_code.h"

namespace mien::train {

// Each adds one subcommand to `app`; when it is chosen, parsing runs it, sets
// `exit`, and throws what ends it.
void AddEmbedCommand(CLI::App& app, cli::ExitCode& exit);

}  // namespace mien::train
