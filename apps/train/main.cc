// SPDX-License-Identifier: Apache-2.0
//
// The trainer behind `mien train`, a program of its own so that mien needs no
// libtorch: a table of subcommands, each in a file of its own.
#include <malloc.h>

#include <array>
#include <cstdio>
#include <exception>
#include <limits>

#include <CLI/CLI.hpp>

#include "train/commands.h"
#include "train/detectors/commands.h"

namespace mien::train {
namespace {

using AddCommand = void (*)(CLI::App& app, cli::ExitCode& exit);

constexpr std::array kCommands = {
    AddEmbedCommand, AddSsdCommand, AddMtcnnCommand};

constexpr const char* kFooter =
    "Exit codes: 0 done, 2 usage, 4 failure.\n"
    "`mien train COMMAND --help` shows a command's flags and an example.";

cli::ExitCode Run(int argc, const char* const* argv) {
  CLI::App app("Trains the networks of face recognition.", "mien train");
  app.require_subcommand(1);
  app.footer(kFooter);
  cli::ExitCode exit = cli::ExitCode::kDone;
  for (const AddCommand add : kCommands) {
    add(app, exit);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::ExitCode::kDone : cli::ExitCode::kUsage;
  }
  return exit;
}

/// Every step allocates and frees the same large tensors. Handing their pages
/// back each time costs a third of the step, in page faults.
void KeepFreedMemory() {
  constexpr int kTopPadBytes = 64 << 20;
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_TOP_PAD, kTopPadBytes);
}

}  // namespace
}  // namespace mien::train

int main(int argc, char** argv) {
  mien::train::KeepFreedMemory();
  try {
    return static_cast<int>(mien::train::Run(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mien train: %s\n", error.what());
    return static_cast<int>(mien::cli::ExitCode::kFailure);
  }
}
