// SPDX-License-Identifier: Apache-2.0
#include "sister_program.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace mien::cli {
namespace {

/// Becomes the other program; returns only when that fails.
ExitCode Become(const SisterProgram& sister,
                const std::vector<std::string>& arguments) {
  std::error_code ignored;
  const std::filesystem::path program =
      std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() /
      ("mien-" + sister.command);
  std::vector<std::string> words = {"mien " + sister.command};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  std::fprintf(stderr,
               "mien: %s: %s; %s\n",
               program.c_str(),
               std::strerror(errno),
               sister.remedy.c_str());
  return ExitCode::kFailure;
}

}  // namespace

void AddSisterCommand(CLI::App& app,
                      const SisterProgram& program,
                      ExitCode& exit) {
  CLI::App* command = app.add_subcommand(program.command, program.summary);
  command->set_help_flag();  // the other program has its own
  command->prefix_command();
  command->callback([command, program, &exit] {
    exit = Become(program, command->remaining());
  });
}

}  // namespace mien::cli
