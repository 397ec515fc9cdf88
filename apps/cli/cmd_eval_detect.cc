// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "annotation_json.h"
#include "cmd_eval.h"
#include "common_options.h"
#include "detection_evaluation.h"
#include "inputs.h"
#include "models.h"
#include "progress.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "Average precision as WIDER FACE's own program computes it. FILE lists the "
    "faces:\n"
    "JSON with \"images\", WIDER's wider_face_val_bbx_gt.txt, or FDDB's "
    "ellipse "
    "lists.\n"
    "Faces as small as the detector can find and scores down to 0.01 are asked "
    "for,\n"
    "unless you say otherwise: the curve needs the doubtful ones too.\n\n"
    "Examples:\n"
    "  mien eval detect --root WIDER_val/images --truth ground_truth.json\n"
    "  mien eval detect --root WIDER_val/images --truth ground_truth.json \\\n"
    "      --detector yunet.onnx --input-long-side 1024 --report yunet-report";

struct DetectEvalArguments {
  CommonOptions common;
  std::string root;
  std::string truth;
  std::string empty;
  std::string report;
};

std::string DetectorLabel(const Detector& detector,
                          const CommonOptions& common) {
  const std::string stem = fs::path(common.detector).stem().string();
  return stem.empty() || stem == detector.name()
             ? detector.name()
             : detector.name() + " (" + stem + ")";
}

FoundFaces Search(const Detector& detector,
                  const std::vector<fs::path>& pictures,
                  int num_threads) {
  Progress progress(static_cast<int>(pictures.size()),
                    Progress::Stdout::kQuiet);
  return FindInAll(detector, pictures, num_threads, [&](int done) {
    progress.Update(done);
  });
}

Result<DetectionOutcome> Evaluate(const DetectEvalArguments& arguments) {
  const CommonOptions& common = arguments.common;
  MIEN_ASSIGN_OR_RETURN(const FaceAnnotations annotations,
                        LoadAnnotations(arguments.truth));
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Detector> detector,
                        LoadDetector(common, 1));
  std::vector<fs::path> pictures;
  for (const AnnotatedPicture& picture : annotations.pictures) {
    pictures.push_back(fs::path(arguments.root) / picture.path);
  }
  const FoundFaces found = Search(*detector, pictures, common.NumThreads());
  DetectionOutcome outcome;
  outcome.detector = DetectorLabel(*detector, common);
  outcome.truth = fs::path(arguments.truth).filename().string();
  outcome.num_pictures = pictures.size();
  for (const Result<std::vector<ScoredBox>>& faces : found) {
    if (!faces) {
      outcome.failed.push_back(faces.error().message);
      PrintError(faces.error());
    }
  }
  if (outcome.failed.size() == pictures.size()) {
    return Error{ErrorCode::kNotFound,
                 arguments.root + ": none of the pictures can be read"};
  }
  outcome.settings = JudgeDetections(annotations, found);
  if (!arguments.empty.empty()) {
    MIEN_ASSIGN_OR_RETURN(const std::vector<fs::path> empty,
                          ExpandInputs(std::span(&arguments.empty, 1)));
    outcome.num_empty_pictures = empty.size();
    outcome.false_positives =
        CountFalsePositives(Search(*detector, empty, common.NumThreads()));
  }
  return outcome;
}

Result<ExitCode> RunDetect(const DetectEvalArguments& arguments) {
  const Result<DetectionOutcome> outcome = Evaluate(arguments);
  if (!outcome) {
    PrintError(outcome.error());
    return ExitCodeOfInput(outcome.error());
  }
  PrintDetectionOutcome(*outcome, arguments.common.json);
  if (!arguments.report.empty()) {
    MIEN_RETURN_IF_ERROR(WriteDetectionReport(*outcome, arguments.report));
  }
  return outcome->failed.empty() ? ExitCode::kDone : ExitCode::kBadInput;
}

void AddFlags(CLI::App& command, DetectEvalArguments& arguments) {
  command.add_option("--root", arguments.root, "Folder of the pictures")
      ->required()
      ->type_name("DIR");
  command.add_option("--truth", arguments.truth, "The faces there are")
      ->required()
      ->type_name("FILE");
  command
      .add_option("--no-faces",
                  arguments.empty,
                  "Pictures without faces, to count false detections in")
      ->type_name("DIR");
  command
      .add_option("--report",
                  arguments.report,
                  "Write report.html, plots and tables here")
      ->type_name("DIR");
  AddDetectorFlags(command, arguments.common);
  AddGeneralFlags(command, arguments.common);
}

}  // namespace

void AddEvalDetectCommand(CLI::App& eval, ExitCode& exit) {
  CLI::App* command = eval.add_subcommand(
      "detect", "Average precision and false positives of a detector");
  command->footer(kFooter);
  auto arguments = std::make_shared<DetectEvalArguments>();
  arguments->common.detection.min_face_px = 0;
  arguments->common.detection.score_threshold = 0.01F;
  AddFlags(*command, *arguments);
  command->callback(
      [arguments, &exit] { exit = Report(RunDetect(*arguments)); });
}

}  // namespace mien::cli
