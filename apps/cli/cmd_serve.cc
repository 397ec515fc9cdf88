// SPDX-License-Identifier: Apache-2.0
#include "commands.h"
#include "sister_program.h"

namespace mien::cli {

void AddServeCommand(CLI::App& app, ExitCode& exit) {
  AddSisterCommand(app,
                   {.command = "serve",
                    .summary = "Offer all this over HTTP, with a web page",
                    .remedy = "it is built and installed together with mien"},
                   exit);
}

}  // namespace mien::cli
