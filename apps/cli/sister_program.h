// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "exit_code.h"

namespace mien::cli {

/// A command that a program of its own carries out, so that this one starts
/// without what only that needs.
struct SisterProgram {
  /// "train"; the program is mien-train, beside this one.
  std::string command;

  /// One line for the list of commands.
  std::string summary;

  /// What to do when the program is not there.
  std::string remedy;
};

/// Adds the command. All words after it are the other program's.
void AddSisterCommand(CLI::App& app,
                      const SisterProgram& program,
                      ExitCode& exit);

}  // namespace mien::cli
