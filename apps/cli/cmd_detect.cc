// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "annotate.h"
#include "commands.h"
#include "common_options.h"
#include "draw_target.h"
#include "inputs.h"
#include "json.h"
#include "mien/image.h"
#include "models.h"
#include "picture_loop.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "Examples:\n"
    "  mien detect group.jpg\n"
    "  mien detect --draw found.jpg group.jpg\n"
    "  mien detect --json --min-face-px 40 photos/ > faces.jsonl";

struct DetectArguments {
  CommonOptions common;
  std::vector<std::string> inputs;
  std::string draw;
};

struct FacesOfPicture {
  int width = 0;
  int height = 0;
  std::vector<Detection> faces;
};

Result<FacesOfPicture> DetectIn(const Detector& detector,
                                const fs::path& picture,
                                const DrawTarget& draw) {
  MIEN_ASSIGN_OR_RETURN(const DecodedImage decoded, LoadImage(picture));
  Result<std::vector<Detection>> faces = detector.Detect(decoded.image);
  if (!faces) {
    return faces.error().WithContext(picture.string());
  }
  if (draw.wanted()) {
    MIEN_RETURN_IF_ERROR(
        SaveImage(AnnotateFaces(decoded.image, *faces), draw.PathFor(picture)));
  }
  return FacesOfPicture{
      decoded.width, decoded.height, std::move(faces).value()};
}

void PrintJson(const fs::path& picture, const FacesOfPicture& found) {
  Json faces = Json::array();
  for (const Detection& face : found.faces) {
    faces.push_back(FaceJson(face));
  }
  PrintLine({{"image", picture.string()},
             {"width", found.width},
             {"height", found.height},
             {"faces", std::move(faces)}});
}

void PrintText(const fs::path& picture, const FacesOfPicture& found) {
  std::printf("%s  %d x %d  %zu %s\n",
              picture.c_str(),
              found.width,
              found.height,
              found.faces.size(),
              found.faces.size() == 1 ? "face" : "faces");
  for (std::size_t i = 0; i < found.faces.size(); ++i) {
    const Detection& face = found.faces[i];
    std::printf("  %3zu  score %.4f  at %7.1f %7.1f  size %6.1f x %6.1f px\n",
                i,
                static_cast<double>(face.score),
                static_cast<double>(face.box.x0),
                static_cast<double>(face.box.y0),
                static_cast<double>(face.box.width()),
                static_cast<double>(face.box.height()));
  }
  std::fflush(stdout);
}

Result<ExitCode> RunDetect(const DetectArguments& arguments) {
  const CommonOptions& common = arguments.common;
  MIEN_ASSIGN_OR_RETURN(const std::vector<fs::path> pictures,
                        ExpandInputs(arguments.inputs));
  MIEN_ASSIGN_OR_RETURN(const DrawTarget draw,
                        DrawTarget::Create(arguments.draw, pictures.size()));
  const Parallelism parallelism =
      SpreadOver(static_cast<int>(pictures.size()), common.NumThreads());
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Detector> detector,
                        LoadDetector(common, parallelism.threads_per_net));
  return ForEachPicture<FacesOfPicture>(
      pictures,
      {.workers = parallelism.workers, .json = common.json},
      [&](const fs::path& picture) {
        return DetectIn(*detector, picture, draw);
      },
      [&](const fs::path& picture, const FacesOfPicture& found) {
        (common.json ? PrintJson : PrintText)(picture, found);
        return Result<void>();
      });
}

}  // namespace

void AddDetectCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command = app.add_subcommand(
      "detect", "Find the faces in pictures, with five landmarks each");
  command->footer(kFooter);
  auto arguments = std::make_shared<DetectArguments>();
  AddPictureInputs(*command, arguments->inputs);
  command
      ->add_option("--draw",
                   arguments->draw,
                   "Write the picture with its faces marked; a folder when "
                   "there are several pictures")
      ->type_name("OUT.jpg");
  AddDetectorFlags(*command, arguments->common);
  AddGeneralFlags(*command, arguments->common);
  command->callback(
      [arguments, &exit] { exit = Report(RunDetect(*arguments)); });
}

}  // namespace mien::cli
