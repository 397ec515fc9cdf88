// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "exit_code.h"

namespace mien::cli {

/// `mien data report`, in a file of its own.
void AddDataReportCommand(CLI::App& data, ExitCode& exit);

}  // namespace mien::cli
