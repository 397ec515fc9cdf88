// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "exit_code.h"

namespace mien::server {

/// `mien serve import-compreface`; when it is chosen, parsing runs it and sets
/// `exit`.
void AddImportCommand(CLI::App& app, cli::ExitCode& exit);

}  // namespace mien::server
