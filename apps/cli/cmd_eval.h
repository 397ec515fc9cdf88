// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "exit_code.h"

namespace mien::cli {

// Each adds one subcommand to `mien eval`.
void AddEvalLfwCommand(CLI::App& eval, ExitCode& exit);
void AddEvalPairsCommand(CLI::App& eval, ExitCode& exit);
void AddEvalDetectCommand(CLI::App& eval, ExitCode& exit);
void AddEvalSpeedCommand(CLI::App& eval, ExitCode& exit);
void AddEvalIdentifyCommand(CLI::App& eval, ExitCode& exit);
void AddEvalCalibrateCommand(CLI::App& eval, ExitCode& exit);
void AddEvalClusterCommand(CLI::App& eval, ExitCode& exit);

}  // namespace mien::cli
