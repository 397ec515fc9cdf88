// SPDX-License-Identifier: Apache-2.0
//
// The command line: a table of subcommands, each in a file of its own.
#include <array>
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "commands.h"
#include "exit_code.h"

namespace mien::cli {
namespace {

using AddCommand = void (*)(CLI::App& app, ExitCode& exit);

constexpr std::array kCommands = {AddDetectCommand,
                                  AddAlignCommand,
                                  AddEmbedCommand,
                                  AddVerifyCommand,
                                  AddEnrollCommand,
                                  AddIdentifyCommand,
                                  AddClusterCommand,
                                  AddGalleryCommand,
                                  AddEvalCommand,
                                  AddModelCommand,
                                  AddPrepareCommand,
                                  AddDataCommand,
                                  AddTrainCommand,
                                  AddServeCommand,
                                  AddBenchCommand,
                                  AddWatchCommand,
                                  AddVersionCommand};

constexpr const char* kFooter =
    "Exit codes: 0 done or match, 1 no match, 2 usage, 3 bad input, 4 "
    "failure.\n"
    "`mien COMMAND --help` shows a command's flags and an example.";

ExitCode Run(int argc, const char* const* argv) {
  CLI::App app("Face recognition: find faces, embed them, compare them.",
               "mien");
  app.require_subcommand(1);
  app.footer(kFooter);
  ExitCode exit = ExitCode::kDone;
  for (const AddCommand add : kCommands) {
    add(app, exit);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitCode::kDone : ExitCode::kUsage;
  }
  return exit;
}

}  // namespace
}  // namespace mien::cli

int main(int argc, char** argv) {
  try {
    return static_cast<int>(mien::cli::Run(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mien: %s\n", error.what());
    return static_cast<int>(mien::cli::ExitCode::kFailure);
  }
}
