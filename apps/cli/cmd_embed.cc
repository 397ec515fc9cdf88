// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "commands.h"
#include "common_options.h"
#include "face_finder.h"
#include "inputs.h"
#include "json.h"
#include "models.h"
#include "picture_loop.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "Examples:\n"
    "  mien embed --json portrait.jpg\n"
    "  mien embed --json --flip photos/ > embeddings.jsonl";

/// Pictures whose faces go through the network together, when there are many.
constexpr int kPicturesPerStep = 8;

struct EmbedArguments {
  CommonOptions common;
  std::vector<std::string> inputs;
};

void PrintJson(const fs::path& picture, const EmbeddedPicture& found) {
  Json faces = Json::array();
  for (const Face& face : found.faces) {
    faces.push_back(FaceJson(face.detection, face.embedding));
  }
  PrintLine({{"image", picture.string()},
             {"width", found.width},
             {"height", found.height},
             {"faces", std::move(faces)}});
}

void PrintText(const fs::path& picture, const EmbeddedPicture& found) {
  constexpr std::size_t kShown = 6;
  std::printf("%s  %zu %s\n",
              picture.c_str(),
              found.faces.size(),
              found.faces.size() == 1 ? "face" : "faces");
  for (std::size_t i = 0; i < found.faces.size(); ++i) {
    const std::vector<float>& values = found.faces[i].embedding.values;
    std::printf("  %3zu  %zu values:", i, values.size());
    for (std::size_t k = 0; k < std::min(kShown, values.size()); ++k) {
      std::printf(" %8.5f", static_cast<double>(values[k]));
    }
    std::printf(values.size() > kShown ? " ...\n" : "\n");
  }
  std::fflush(stdout);
}

Result<ExitCode> RunEmbed(const EmbedArguments& arguments) {
  const CommonOptions& common = arguments.common;
  MIEN_ASSIGN_OR_RETURN(const std::vector<fs::path> pictures,
                        ExpandInputs(arguments.inputs));
  const Parallelism parallelism =
      SpreadOver(static_cast<int>(pictures.size()), common.NumThreads());
  const bool many = static_cast<int>(pictures.size()) >=
                    kPicturesPerStep * parallelism.workers;
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Recognizer> recognizer,
                        LoadRecognizer(common, parallelism.threads_per_net));
  return ForEachPicture<EmbeddedPicture>(
      pictures,
      {.workers = parallelism.workers,
       .pictures_per_step = many ? kPicturesPerStep : 1,
       .json = common.json},
      [&](Pictures some) { return EmbedPictures(*recognizer, some); },
      [&](const fs::path& picture, const EmbeddedPicture& found) {
        (common.json ? PrintJson : PrintText)(picture, found);
        return Result<void>();
      });
}

}  // namespace

void AddEmbedCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command = app.add_subcommand(
      "embed", "Turn every face into its embedding, a vector of length 1");
  command->footer(kFooter);
  auto arguments = std::make_shared<EmbedArguments>();
  AddPictureInputs(*command, arguments->inputs);
  AddDetectorFlags(*command, arguments->common);
  AddEmbedderFlags(*command, arguments->common);
  AddGeneralFlags(*command, arguments->common);
  command->callback(
      [arguments, &exit] { exit = Report(RunEmbed(*arguments)); });
}

}  // namespace mien::cli
