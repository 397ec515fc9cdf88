// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "cmd_model.h"
#include "engine/model_lookup.h"
#include "nets/model_fetch.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "Without arguments, lists the models that can be had by name. Files are\n"
    "checked against their hash; an interrupted download goes on where it "
    "stopped.\n\n"
    "Examples:\n"
    "  mien model fetch\n"
    "  mien model fetch facenet-vggface2\n"
    "  mien model fetch --url https://example.org/net.onnx --sha256 HEX "
    "--out models";

struct FetchArguments {
  std::string name;
  std::string url;
  std::string sha256;
  std::string out;
};

void PrintList() {
  for (const nets::FetchableModel& model : nets::FetchableModels()) {
    std::uint64_t bytes = 0;
    for (const nets::FetchableFile& file : model.files) {
      bytes += file.bytes;
    }
    std::printf("%-24s %6.1f MB  %s\n%35s%s\n",
                std::string(model.name).c_str(),
                static_cast<double>(bytes) * 1e-6,
                std::string(model.description).c_str(),
                "licence: ",
                std::string(model.license).c_str());
  }
}

/// Shows the bytes on a terminal's stderr; never stops the download.
bool ShowProgress(const nets::FetchProgress& progress) {
  if (::isatty(STDERR_FILENO) == 1) {
    std::fprintf(stderr,
                 "\r\x1b[K%.1f of %.1f MB",
                 static_cast<double>(progress.done) * 1e-6,
                 static_cast<double>(progress.total) * 1e-6);
  }
  return true;
}

void EndProgress() {
  if (::isatty(STDERR_FILENO) == 1) {
    std::fputs("\r\x1b[K", stderr);
  }
}

Result<ExitCode> FetchByName(const std::string& name, const fs::path& folder) {
  const Result<nets::FetchableModel> model = nets::FindFetchableModel(name);
  if (!model) {
    PrintError(model.error());
    return ExitCode::kUsage;
  }
  for (const nets::FetchableFile& file : model->files) {
    std::fprintf(stderr, "mien: %s\n", std::string(file.url).c_str());
  }
  const Result<std::vector<fs::path>> paths =
      nets::FetchModel(*model, folder, ShowProgress);
  EndProgress();
  if (!paths) {
    return paths.error();
  }
  for (const fs::path& path : *paths) {
    std::printf("%s\n", path.c_str());
  }
  return ExitCode::kDone;
}

Result<ExitCode> FetchByUrl(const FetchArguments& arguments,
                            const fs::path& folder) {
  if (arguments.sha256.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "--url needs --sha256, the hash that the file must have"};
  }
  const fs::path path = folder / fs::path(arguments.url).filename();
  const Result<nets::FetchedFile> file =
      nets::FetchFile({.url = arguments.url,
                       .path = path,
                       .sha256 = arguments.sha256,
                       .observer = ShowProgress});
  EndProgress();
  if (!file) {
    return file.error();
  }
  std::printf("%s\n", path.c_str());
  return ExitCode::kDone;
}

Result<ExitCode> RunFetch(const FetchArguments& arguments) {
  if (arguments.name.empty() && arguments.url.empty()) {
    PrintList();
    return ExitCode::kDone;
  }
  const fs::path folder =
      arguments.out.empty() ? UserModelFolder() : fs::path(arguments.out);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return Error{ErrorCode::kIo, folder.string() + ": " + error.message()};
  }
  return arguments.url.empty() ? FetchByName(arguments.name, folder)
                               : FetchByUrl(arguments, folder);
}

}  // namespace

void AddModelFetchCommand(CLI::App& model, ExitCode& exit) {
  CLI::App* command = model.add_subcommand(
      "fetch", "Download a published model, checked by its hash");
  command->footer(kFooter);
  auto arguments = std::make_shared<FetchArguments>();
  CLI::Option* const name =
      command->add_option("NAME", arguments->name, "One of the list");
  command->add_option("--url", arguments->url, "Any other file")
      ->excludes(name)
      ->type_name("URL");
  command
      ->add_option(
          "--sha256", arguments->sha256, "Its hash, 64 hexadecimal digits")
      ->type_name("HEX");
  command
      ->add_option("--out", arguments->out, "Default: the user's model folder")
      ->type_name("DIR");
  command->callback(
      [arguments, &exit] { exit = Report(RunFetch(*arguments)); });
}

}  // namespace mien::cli
