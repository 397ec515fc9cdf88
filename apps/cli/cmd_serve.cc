// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "commands.h"

namespace mien::cli {
namespace {

/// Becomes mien-serve, which lies beside this program; returns only when that
/// fails.
ExitCode BecomeServer(const std::vector<std::string>& arguments) {
  std::error_code ignored;
  const std::filesystem::path program =
      std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() /
      "mien-serve";
  std::vector<std::string> words = {"mien serve"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  std::fprintf(stderr, "mien: %s: %s\n", program.c_str(), std::strerror(errno));
  return ExitCode::kFailure;
}

}  // namespace

void AddServeCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command =
      app.add_subcommand("serve", "Offer all this over HTTP, with a web page");
  command->set_help_flag();  // mien-serve has its own
  command->prefix_command();
  command->callback(
      [command, &exit] { exit = BecomeServer(command->remaining()); });
}

}  // namespace mien::cli
