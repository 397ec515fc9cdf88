// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "exit_code.h"

namespace mien::server {

/// `mien serve keys add | list | revoke`; when one is chosen, parsing runs it
/// and sets `exit`.
void AddKeysCommand(CLI::App& app, cli::ExitCode& exit);

}  // namespace mien::server
