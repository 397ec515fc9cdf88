// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>

#include "commands.h"
#include "core/cpu.h"
#include "mien/version.h"

namespace mien::cli {

void AddVersionCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command = app.add_subcommand(
      "version", "Print the version and what this CPU can do");
  command->callback([&exit] {
    std::printf("mien %s\ncpu: %s\n",
                std::string(Version()).c_str(),
                DescribeCpu(HostCpu()).c_str());
    exit = ExitCode::kDone;
  });
}

}  // namespace mien::cli
