// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands.h"
#include "common_options.h"
#include "contact_sheet.h"
#include "core/file.h"
#include "face_groups.h"
#include "inputs.h"
#include "json.h"
#include "mien/quality.h"
#include "models.h"
#include "picture_loop.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "Two faces in one picture are never taken for one person. With --html the "
    "groups\n"
    "can be looked through in a browser: the faces at the end of a row are the "
    "ones to\n"
    "doubt.\n\n"
    "Examples:\n"
    "  mien cluster photos/\n"
    "  mien cluster --html people.html photos/";

/// Twice what the sheet shows them at, for sharp screens.
constexpr int kThumbnailPx = 152;
constexpr int kThumbnailQuality = 80;

struct ClusterArguments {
  CommonOptions common;
  std::vector<std::string> inputs;
  std::string algorithm{
      ClusterAlgorithmName(ClusterAlgorithm::kAverageLinkage)};
  double fpir = kClusterFpir;
  std::optional<float> threshold;
  float min_quality = 0.4F;
  std::string html;

  [[nodiscard]] ClusterAlgorithm Algorithm() const {
    return algorithm == ClusterAlgorithmName(ClusterAlgorithm::kAverageLinkage)
               ? ClusterAlgorithm::kAverageLinkage
               : ClusterAlgorithm::kChineseWhispers;
  }
};

/// All that grouping starts from.
struct Folder {
  std::size_t num_pictures = 0;
  std::vector<UnnamedFace> faces;
  std::size_t num_left_out = 0;
};

/// The quality of a face; where any will do, 0 for one that cannot be rated
/// because the model's chips are tiny.
Result<float> RateIfNeeded(const Detection& detection,
                           const Image& chip,
                           const ClusterArguments& arguments) {
  const Result<FaceQuality> quality = RateFace(detection, chip);
  if (!quality && arguments.min_quality > 0.0F) {
    return quality.error();
  }
  return quality ? quality->score() : 0.0F;
}

Result<std::vector<UnnamedFace>> FindUnnamedFaces(
    const Recognizer& recognizer,
    const Image& image,
    const ClusterArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<Detection> detections,
                        recognizer.Detect(image));
  std::vector<UnnamedFace> faces;
  std::vector<Image> chips;
  for (const Detection& detection : detections) {
    MIEN_ASSIGN_OR_RETURN(Image chip, recognizer.Align(image, detection));
    UnnamedFace face;
    face.face_number = static_cast<int>(faces.size());
    face.detection = detection;
    MIEN_ASSIGN_OR_RETURN(face.quality,
                          RateIfNeeded(detection, chip, arguments));
    if (!arguments.html.empty()) {
      MIEN_ASSIGN_OR_RETURN(
          face.thumbnail,
          EncodeJpeg(CutThumbnail(image, detection.box, kThumbnailPx),
                     kThumbnailQuality));
    }
    faces.push_back(std::move(face));
    chips.push_back(std::move(chip));
  }
  MIEN_ASSIGN_OR_RETURN(std::vector<Embedding> embeddings,
                        recognizer.Embed(chips));
  for (std::size_t i = 0; i < faces.size(); ++i) {
    faces[i].embedding = std::move(embeddings[i].values);
  }
  return faces;
}

/// The faces of all pictures; `exit` becomes the code of what could not be
/// read.
Folder FindAllFaces(const Recognizer& recognizer,
                    Pictures pictures,
                    int num_workers,
                    const ClusterArguments& arguments,
                    ExitCode& exit) {
  using Faces = std::vector<UnnamedFace>;
  Folder folder;
  int picture_number = 0;
  exit = ForEachPicture<Faces>(
      pictures,
      {.workers = num_workers,
       .json = arguments.common.json,
       .lines = Progress::Stdout::kQuiet},
      [&](const fs::path& picture) -> Result<Faces> {
        MIEN_ASSIGN_OR_RETURN(const DecodedImage decoded, LoadImage(picture));
        Result<Faces> faces =
            FindUnnamedFaces(recognizer, decoded.image, arguments);
        return faces ? std::move(faces)
                     : faces.error().WithContext(picture.string());
      },
      [&](const fs::path& picture, Faces faces) {
        ++folder.num_pictures;
        for (UnnamedFace& face : faces) {
          face.picture = picture;
          face.picture_number = picture_number;
          if (face.quality < arguments.min_quality) {
            ++folder.num_left_out;
          } else {
            folder.faces.push_back(std::move(face));
          }
        }
        ++picture_number;
        return Result<void>();
      });
  return folder;
}

void PrintJson(std::span<const FaceGroup> groups,
               const IdentifyThresholds& thresholds) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Json faces = Json::array();
    for (const GroupedFace& member : groups[i]) {
      Json face = {{"image", member.face->picture.string()},
                   {"face", member.face->face_number}};
      face.update(FaceJson(member.face->detection));
      face["quality"] = member.face->quality;
      face["similarity"] = member.similarity;
      faces.push_back(std::move(face));
    }
    PrintLine({{"cluster", i + 1},
               {"size", groups[i].size()},
               {"threshold", thresholds.match},
               {"fpir", NumberOrNull(thresholds.fpir)},
               {"faces", std::move(faces)}});
  }
}

void PrintMember(const GroupedFace& member) {
  std::printf("  %.3f  %s\n",
              static_cast<double>(member.similarity),
              member.face->picture.c_str());
}

void PrintText(std::span<const FaceGroup> groups, const Folder& folder) {
  const auto is_alone = [](const FaceGroup& group) {
    return group.size() == 1;
  };
  const auto first_alone = std::ranges::find_if(groups, is_alone);
  const auto num_several =
      static_cast<std::size_t>(first_alone - groups.begin());
  for (std::size_t i = 0; i < num_several; ++i) {
    std::printf("person %zu, %zu faces\n", i + 1, groups[i].size());
    std::ranges::for_each(groups[i], PrintMember);
  }
  if (num_several < groups.size()) {
    std::printf("seen once, %zu faces\n", groups.size() - num_several);
    for (const FaceGroup& group : groups.subspan(num_several)) {
      std::printf("         %s\n", group.front().face->picture.c_str());
    }
  }
  std::printf(
      "%zu faces in %zu pictures: %zu people seen several times, %zu once\n",
      folder.faces.size(),
      folder.num_pictures,
      num_several,
      groups.size() - num_several);
}

/// "average-linkage from a cosine similarity of 0.411 (not calibrated)".
std::string MethodText(const ClusterArguments& arguments,
                       const IdentifyThresholds& thresholds) {
  char text[160];
  std::snprintf(
      text,
      sizeof(text),
      "Grouped by %s from a cosine similarity of %.3f%s",
      arguments.algorithm.c_str(),
      static_cast<double>(thresholds.match),
      thresholds.fpir || arguments.threshold ? "" : " (not calibrated)");
  return text;
}

Result<IdentifyThresholds> Thresholds(const Recognizer& recognizer,
                                      const ClusterArguments& arguments,
                                      std::size_t num_faces) {
  if (arguments.threshold) {
    return IdentifyThresholds{*arguments.threshold, *arguments.threshold};
  }
  return ChooseClusterThreshold(
      recognizer.embedder().contract(), arguments.fpir, num_faces);
}

/// Errors that should not wait until the work is done.
Result<void> CheckBefore(const ClusterArguments& arguments) {
  // The rate is checked as part of choosing.
  MIEN_RETURN_IF_ERROR(ChooseClusterThreshold({}, arguments.fpir, 2));
  const ClusterOptions options{.threshold = arguments.threshold.value_or(0.0F)};
  MIEN_RETURN_IF_ERROR(options.Validate());
  const fs::path folder = fs::path(arguments.html).parent_path();
  std::error_code ignored;
  if (!folder.empty() && !fs::is_directory(folder, ignored)) {
    return Error{ErrorCode::kNotFound,
                 folder.string() + ": no such folder for the contact sheet"};
  }
  return {};
}

Result<ExitCode> RunCluster(const ClusterArguments& arguments) {
  const CommonOptions& common = arguments.common;
  MIEN_RETURN_IF_ERROR(CheckBefore(arguments));
  MIEN_ASSIGN_OR_RETURN(const std::vector<fs::path> pictures,
                        ExpandInputs(arguments.inputs));
  const Parallelism parallelism =
      SpreadOver(static_cast<int>(pictures.size()), common.NumThreads());
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Recognizer> recognizer,
                        LoadRecognizer(common, parallelism.threads_per_net));
  ExitCode exit = ExitCode::kDone;
  const Folder folder =
      FindAllFaces(*recognizer, pictures, parallelism.workers, arguments, exit);
  MIEN_ASSIGN_OR_RETURN(
      const IdentifyThresholds thresholds,
      Thresholds(*recognizer, arguments, folder.faces.size()));
  MIEN_ASSIGN_OR_RETURN(const std::vector<FaceGroup> groups,
                        GroupFaces(folder.faces,
                                   {.algorithm = arguments.Algorithm(),
                                    .threshold = thresholds.match,
                                    .num_threads = common.NumThreads()}));
  if (common.json) {
    PrintJson(groups, thresholds);
  } else {
    PrintText(groups, folder);
  }
  if (folder.num_left_out > 0) {
    std::fprintf(stderr,
                 "%zu faces left out, of a quality below %g\n",
                 folder.num_left_out,
                 static_cast<double>(arguments.min_quality));
  }
  if (!arguments.html.empty()) {
    const SheetFacts facts{.num_pictures = folder.num_pictures,
                           .num_left_out = folder.num_left_out,
                           .method = MethodText(arguments, thresholds),
                           .folder = fs::path(arguments.html).parent_path()};
    MIEN_RETURN_IF_ERROR(
        WriteFileAtomically(arguments.html, ContactSheet(groups, facts)));
  }
  return exit;
}

void AddClusterFlags(CLI::App& command, ClusterArguments& arguments) {
  command
      .add_option("--algorithm",
                  arguments.algorithm,
                  "average-linkage or chinese-whispers")
      ->check(CLI::IsMember(
          {std::string(ClusterAlgorithmName(ClusterAlgorithm::kAverageLinkage)),
           std::string(
               ClusterAlgorithmName(ClusterAlgorithm::kChineseWhispers))}))
      ->capture_default_str()
      ->type_name("NAME");
  command
      .add_option("--fpir",
                  arguments.fpir,
                  "Share of faces that may look like somebody else's by "
                  "chance, where the model is calibrated")
      ->capture_default_str()
      ->type_name("RATE");
  command
      .add_option("--threshold",
                  arguments.threshold,
                  "Cosine similarity of one person's faces, instead of --fpir")
      ->type_name("S");
  command
      .add_option("--min-quality",
                  arguments.min_quality,
                  "Leave out faces rated lower, 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str()
      ->type_name("Q");
  command
      .add_option("--html",
                  arguments.html,
                  "Contact sheet: one file to look at the groups in a browser")
      ->type_name("FILE");
}

}  // namespace

void AddClusterCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command = app.add_subcommand(
      "cluster", "Group the faces of unlabelled pictures into people");
  command->footer(kFooter);
  auto arguments = std::make_shared<ClusterArguments>();
  AddPictureInputs(*command, arguments->inputs);
  AddClusterFlags(*command, *arguments);
  AddDetectorFlags(*command, arguments->common);
  AddEmbedderFlags(*command, arguments->common);
  AddGeneralFlags(*command, arguments->common);
  command->callback(
      [arguments, &exit] { exit = Report(RunCluster(*arguments)); });
}

}  // namespace mien::cli
