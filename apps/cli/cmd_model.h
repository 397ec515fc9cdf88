// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "exit_code.h"

namespace mien::cli {

// The subcommands of `mien model`, as those in commands.h.
void AddModelConvertCommand(CLI::App& model, ExitCode& exit);
void AddModelExportCommand(CLI::App& model, ExitCode& exit);
void AddModelFetchCommand(CLI::App& model, ExitCode& exit);
void AddModelImportCommand(CLI::App& model, ExitCode& exit);
void AddModelInspectCommand(CLI::App& model, ExitCode& exit);
void AddModelQuantizeCommand(CLI::App& model, ExitCode& exit);
void AddModelVerifyCommand(CLI::App& model, ExitCode& exit);

}  // namespace mien::cli
