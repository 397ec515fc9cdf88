// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "annotate.h"
#include "commands.h"
#include "common_options.h"
#include "draw_target.h"
#include "gallery_options.h"
#include "inputs.h"
#include "json.h"
#include "mien/gallery_recognizer.h"
#include "models.h"
#include "picture_loop.h"
#include "search_options.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "A face is a match when strangers would be taken for anybody in the "
    "gallery no\n"
    "more often than --fpir says, possible up to --possible-fpir, otherwise "
    "unknown.\n\n"
    "Examples:\n"
    "  mien identify --gallery staff.db door.jpg\n"
    "  mien identify --gallery staff.db --draw who.jpg group.jpg";

struct IdentifyArguments {
  CommonOptions common;
  GalleryArguments gallery;
  SearchArguments search;
  std::vector<std::string> inputs;
  std::string draw;
};

struct IdentifiedPicture {
  Image image;
  int width = 0;
  int height = 0;
  IdentifiedFaces found;
};

void PrintJson(const fs::path& picture, const IdentifiedPicture& identified) {
  const IdentifyThresholds& thresholds = identified.found.thresholds;
  Json faces = Json::array();
  for (const IdentifiedFace& face : identified.found.faces) {
    Json json = FaceJson(face.face.detection);
    json["decision"] = std::string(DecisionName(face.identification.decision));
    json["candidates"] = Json::array();
    for (const Candidate& candidate : face.identification.candidates) {
      json["candidates"].push_back(
          {{"subject", candidate.subject},
           {"similarity", candidate.cosine_similarity}});
    }
    json["fpir"] = NumberOrNull(thresholds.fpir);
    faces.push_back(std::move(json));
  }
  PrintLine({{"image", picture.string()},
             {"width", identified.width},
             {"height", identified.height},
             {"threshold", thresholds.match},
             {"possible_threshold", thresholds.possible},
             {"fpir", NumberOrNull(thresholds.fpir)},
             {"faces", std::move(faces)}});
}

/// "Ada", "Ada?" or "unknown".
std::string NameOf(const Identification& identification) {
  switch (identification.decision) {
    case Decision::kMatch:
      return identification.candidates.front().subject;
    case Decision::kPossible:
      return identification.candidates.front().subject + "?";
    case Decision::kUnknown:
      break;
  }
  return "unknown";
}

void PrintText(const fs::path& picture, const IdentifiedPicture& identified) {
  const auto& faces = identified.found.faces;
  std::printf("%s  %zu %s, threshold %.3f\n",
              picture.c_str(),
              faces.size(),
              faces.size() == 1 ? "face" : "faces",
              static_cast<double>(identified.found.thresholds.match));
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const Identification& answer = faces[i].identification;
    std::printf(
        "  %3zu  %-8s", i, std::string(DecisionName(answer.decision)).c_str());
    for (const Candidate& candidate : answer.candidates) {
      std::printf("  %s %.3f",
                  candidate.subject.c_str(),
                  static_cast<double>(candidate.cosine_similarity));
    }
    std::printf("\n");
  }
  std::fflush(stdout);
}

Image DrawNames(const IdentifiedPicture& identified) {
  std::vector<Detection> faces;
  std::vector<std::string> names;
  for (const IdentifiedFace& face : identified.found.faces) {
    faces.push_back(face.face.detection);
    names.push_back(NameOf(face.identification));
  }
  return AnnotateFaces(identified.image, faces, names);
}

Result<IdentifiedPicture> IdentifyPicture(GalleryRecognizer& recognizer,
                                          const fs::path& picture,
                                          const IdentifyOptions& options) {
  MIEN_ASSIGN_OR_RETURN(DecodedImage decoded, LoadImage(picture));
  IdentifiedPicture identified;
  auto found = recognizer.Identify(decoded.image, options);
  if (!found) {
    return found.error().WithContext(picture.string());
  }
  return IdentifiedPicture{std::move(decoded.image),
                           decoded.width,
                           decoded.height,
                           *std::move(found)};
}

Result<ExitCode> RunIdentify(const IdentifyArguments& arguments) {
  const CommonOptions& common = arguments.common;
  MIEN_RETURN_IF_ERROR(arguments.search.identify.Validate());
  MIEN_ASSIGN_OR_RETURN(const std::vector<fs::path> pictures,
                        ExpandInputs(arguments.inputs));
  MIEN_ASSIGN_OR_RETURN(const DrawTarget draw,
                        DrawTarget::Create(arguments.draw, pictures.size()));
  const Parallelism parallelism =
      SpreadOver(static_cast<int>(pictures.size()), common.NumThreads());
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Recognizer> recognizer,
                        LoadRecognizer(common, parallelism.threads_per_net));
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Gallery> gallery,
                        OpenGallery(arguments.gallery, GalleryUse::kRead));
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<GalleryRecognizer> identifier,
                        OpenForSearch(*recognizer,
                                      *gallery,
                                      arguments.gallery,
                                      arguments.search,
                                      parallelism.threads_per_net));
  return ForEachPicture<IdentifiedPicture>(
      pictures,
      {.workers = parallelism.workers, .json = common.json},
      [&](const fs::path& picture) {
        return IdentifyPicture(*identifier, picture, arguments.search.identify);
      },
      [&](const fs::path& picture, const IdentifiedPicture& identified) {
        (common.json ? PrintJson : PrintText)(picture, identified);
        return draw.wanted()
                   ? SaveImage(DrawNames(identified), draw.PathFor(picture))
                   : Result<void>();
      });
}

void AddIdentifyFlags(CLI::App& command, IdentifyArguments& arguments) {
  AddSearchFlags(command, arguments.search);
  command
      .add_option("--max-candidates",
                  arguments.search.identify.max_candidates,
                  "Subjects named for each face")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str()
      ->type_name("N");
  command
      .add_option("--draw",
                  arguments.draw,
                  "Draw the names; a folder when there are several pictures")
      ->type_name("OUT.jpg");
}

}  // namespace

void AddIdentifyCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command = app.add_subcommand(
      "identify", "Say who is in pictures, out of a gallery, or nobody known");
  command->footer(kFooter);
  auto arguments = std::make_shared<IdentifyArguments>();
  AddPictureInputs(*command, arguments->inputs);
  AddGalleryFlags(*command, arguments->gallery);
  AddIdentifyFlags(*command, *arguments);
  AddDetectorFlags(*command, arguments->common);
  AddEmbedderFlags(*command, arguments->common);
  AddGeneralFlags(*command, arguments->common);
  command->callback(
      [arguments, &exit] { exit = Report(RunIdentify(*arguments)); });
}

}  // namespace mien::cli
