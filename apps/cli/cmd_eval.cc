// SPDX-License-Identifier: Apache-2.0
#include "cmd_eval.h"

#include "commands.h"

namespace mien::cli {

void AddEvalCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command =
      app.add_subcommand("eval", "Measure accuracy on a public protocol");
  command->require_subcommand(1);
  AddEvalLfwCommand(*command, exit);
  AddEvalPairsCommand(*command, exit);
  AddEvalDetectCommand(*command, exit);
  AddEvalSpeedCommand(*command, exit);
  AddEvalIdentifyCommand(*command, exit);
  AddEvalCalibrateCommand(*command, exit);
  AddEvalClusterCommand(*command, exit);
}

}  // namespace mien::cli
