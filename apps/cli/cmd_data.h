// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "exit_code.h"

namespace mien::cli {

// `mien data report` and `mien data prune`.
void AddDataReportCommand(CLI::App& data, ExitCode& exit);
void AddDataPruneCommand(CLI::App& data, ExitCode& exit);

}  // namespace mien::cli
