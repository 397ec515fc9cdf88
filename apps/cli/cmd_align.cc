// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "commands.h"
#include "common_options.h"
#include "draw_target.h"
#include "engine/model_lookup.h"
#include "inputs.h"
#include "json.h"
#include "mien/aligner.h"
#include "mien/image.h"
#include "mien/model.h"
#include "mien/recognizer.h"
#include "models.h"
#include "picture_loop.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "Chips are cut the way the embedder wants them, or as --profile says.\n\n"
    "Examples:\n"
    "  mien align --out chips portrait.jpg\n"
    "  mien align --out chips --profile facenet160 --largest photos/";

struct AlignArguments {
  CommonOptions common;
  std::vector<std::string> inputs;
  std::string out;
  bool largest = false;
};

struct Chip {
  Detection face;
  fs::path file;
};

/// How to cut: by --embedder, else by --profile, else by the embedder found.
Result<ModelContract> ChooseContract(const CommonOptions& common) {
  if (!common.embedder.empty()) {
    return ReadModelContract(common.embedder, common.profile);
  }
  if (!common.profile.empty()) {
    return ProfileContract(common.profile);
  }
  MIEN_ASSIGN_OR_RETURN(const FoundEmbedder found, FindEmbedder(common.models));
  return ReadModelContract(found.file, found.profile);
}

Result<std::vector<Chip>> AlignIn(const Image& image,
                                  const Detector& detector,
                                  const ModelContract& contract,
                                  const AlignArguments& arguments,
                                  const std::string& stem) {
  MIEN_ASSIGN_OR_RETURN(std::vector<Detection> faces, detector.Detect(image));
  if (arguments.largest && !faces.empty()) {
    faces = {faces[*LargestFace(faces)]};
  }
  std::vector<Chip> chips;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    MIEN_ASSIGN_OR_RETURN(const Image chip, CutChip(image, faces[i], contract));
    const fs::path file =
        fs::path(arguments.out) / (stem + "_" + std::to_string(i) + ".png");
    MIEN_RETURN_IF_ERROR(SaveImage(chip, file));
    chips.push_back({faces[i], file});
  }
  return chips;
}

void PrintChips(const fs::path& picture,
                const std::vector<Chip>& chips,
                bool json) {
  if (!json) {
    for (const Chip& chip : chips) {
      std::printf("%s  %s\n", picture.c_str(), chip.file.c_str());
    }
    std::fflush(stdout);
    return;
  }
  Json faces = Json::array();
  for (const Chip& chip : chips) {
    Json face = FaceJson(chip.face);
    face["chip"] = chip.file.string();
    faces.push_back(std::move(face));
  }
  PrintLine({{"image", picture.string()}, {"faces", std::move(faces)}});
}

Result<ExitCode> RunAlign(const AlignArguments& arguments) {
  const CommonOptions& common = arguments.common;
  MIEN_ASSIGN_OR_RETURN(const std::vector<fs::path> pictures,
                        ExpandInputs(arguments.inputs));
  MIEN_ASSIGN_OR_RETURN(const ModelContract contract, ChooseContract(common));
  const Parallelism parallelism =
      SpreadOver(static_cast<int>(pictures.size()), common.NumThreads());
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Detector> detector,
                        LoadDetector(common, parallelism.threads_per_net));
  std::error_code error;
  fs::create_directories(arguments.out, error);
  if (error) {
    return Error{ErrorCode::kIo, arguments.out + ": " + error.message()};
  }
  return ForEachPicture<std::vector<Chip>>(
      pictures,
      {.workers = parallelism.workers, .json = common.json},
      [&](const fs::path& picture) -> Result<std::vector<Chip>> {
        MIEN_ASSIGN_OR_RETURN(const DecodedImage decoded, LoadImage(picture));
        Result<std::vector<Chip>> chips = AlignIn(
            decoded.image, *detector, contract, arguments, FlatName(picture));
        return chips ? std::move(chips)
                     : chips.error().WithContext(picture.string());
      },
      [&](const fs::path& picture, const std::vector<Chip>& chips) {
        PrintChips(picture, chips, common.json);
        return Result<void>();
      });
}

}  // namespace

void AddAlignCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command = app.add_subcommand(
      "align", "Cut every face out as an aligned chip, a PNG of its own");
  command->footer(kFooter);
  auto arguments = std::make_shared<AlignArguments>();
  AddPictureInputs(*command, arguments->inputs);
  command->add_option("--out", arguments->out, "Folder for the chips")
      ->required()
      ->type_name("DIR");
  command->add_flag(
      "--largest", arguments->largest, "Only the largest face of each picture");
  AddDetectorFlags(*command, arguments->common);
  AddEmbedderFlags(*command, arguments->common);
  AddGeneralFlags(*command, arguments->common);
  command->callback(
      [arguments, &exit] { exit = Report(RunAlign(*arguments)); });
}

}  // namespace mien::cli
