// SPDX-License-Identifier: Apache-2.0
#include "commands.h"
#include "sister_program.h"

namespace mien::cli {

void AddTrainCommand(CLI::App& app, ExitCode& exit) {
  AddSisterCommand(app,
                   {.command = "train",
                    .summary = "Train networks on prepared chips",
                    .remedy = "it is built where libtorch is installed: "
                              "scripts/install_packages.sh --with-training"},
                   exit);
}

}  // namespace mien::cli
