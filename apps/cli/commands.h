// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "exit_code.h"

namespace mien::cli {

// Each adds one subcommand to `app`; when it is chosen, parsing runs it and
// sets `exit`.
void AddAlignCommand(CLI::App& app, ExitCode& exit);
void AddBenchCommand(CLI::App& app, ExitCode& exit);
void AddDataCommand(CLI::App& app, ExitCode& exit);
void AddClusterCommand(CLI::App& app, ExitCode& exit);
void AddDetectCommand(CLI::App& app, ExitCode& exit);
void AddEmbedCommand(CLI::App& app, ExitCode& exit);
void AddEvalCommand(CLI::App& app, ExitCode& exit);
void AddEnrollCommand(CLI::App& app, ExitCode& exit);
void AddGalleryCommand(CLI::App& app, ExitCode& exit);
void AddIdentifyCommand(CLI::App& app, ExitCode& exit);
void AddModelCommand(CLI::App& app, ExitCode& exit);
void AddPrepareCommand(CLI::App& app, ExitCode& exit);
void AddServeCommand(CLI::App& app, ExitCode& exit);
void AddTrainCommand(CLI::App& app, ExitCode& exit);
void AddVerifyCommand(CLI::App& app, ExitCode& exit);
void AddWatchCommand(CLI::App& app, ExitCode& exit);
void AddVersionCommand(CLI::App& app, ExitCode& exit);

}  // namespace mien::cli
