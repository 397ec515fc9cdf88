// SPDX-License-Identifier: Apache-2.0
//
// mien-serve, which `mien serve` starts: a program of its own, so that the
// other commands start without what a server needs.
#include <malloc.h>

#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "exit_code.h"
#include "import_command.h"
#include "keys_command.h"
#include "serve.h"
#include "serve_options.h"

namespace mien::server {
namespace {

using cli::ExitCode;

constexpr const char* kFooter =
    "Example:\n"
    "  mien serve --gallery people.db\n"
    "then, from another terminal:\n"
    "  curl -F a=@a.jpg -F b=@b.jpg http://127.0.0.1:8080/v1/verify";

/// Gives the memory of large pictures back as soon as they are done with. By
/// default glibc raises both limits to what was freed last, up to 32 and 64
/// MiB, and then keeps that much for each thread.
void KeepLittleFreeMemory() {
  constexpr int kMiB = 1 << 20;
  mallopt(M_MMAP_THRESHOLD, 4 * kMiB);
  mallopt(M_TRIM_THRESHOLD, 8 * kMiB);
}

ExitCode Run(int argc, const char* const* argv) {
  CLI::App app(
      "Face recognition over HTTP, on this machine unless told "
      "otherwise.",
      "mien serve");
  app.footer(kFooter);
  ServeOptions options;
  ExitCode exit = ExitCode::kDone;
  AddServeFlags(app, options);
  AddKeysCommand(app, exit);
  AddImportCommand(app, exit);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitCode::kDone : ExitCode::kUsage;
  }
  if (!app.get_subcommands().empty()) {
    return exit;
  }
  if (options.routes) {
    PrintRoutes();
    return ExitCode::kDone;
  }
  return cli::Report(Serve(options));
}

}  // namespace
}  // namespace mien::server

int main(int argc, char** argv) {
  try {
    mien::server::KeepLittleFreeMemory();
    return static_cast<int>(mien::server::Run(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mien: %s\n", error.what());
    return static_cast<int>(mien::cli::ExitCode::kFailure);
  }
}
