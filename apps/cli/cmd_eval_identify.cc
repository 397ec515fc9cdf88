// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cmd_eval.h"
#include "common_options.h"
#include "enroll_list.h"
#include "eval/central_faces.h"
#include "eval/open_set.h"
#include "fusion_table.h"
#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "identify_report.h"
#include "json.h"
#include "match/calibrate.h"
#include "models.h"
#include "progress.h"

namespace mien::cli {
namespace {

constexpr const char* kIdentifyFooter =
    "DIR holds a folder of pictures for each person. The first picture of "
    "everybody\n"
    "who has several is enrolled; the others, and the pictures of those who "
    "have one,\n"
    "search. Then half of the people calibrate, and the rates this promises "
    "are\n"
    "measured among the other half.\n\n"
    "Examples:\n"
    "  mien eval identify --flip --report identify-report lfw/\n"
    "  mien eval identify --flip --fuse 2,5 lfw/";

constexpr const char* kCalibrateFooter =
    "DIR holds a folder of pictures for each person. All pairs of pictures of "
    "two\n"
    "people are compared; --out stores the curve in a copy of the model, for "
    "--fmr\n"
    "and --fpir to go by. Use people like those you will meet.\n\n"
    "Example:\n"
    "  mien eval calibrate --out calibrated.onnx people/";

constexpr std::array kStatedFpir = {0.1, 0.01, 0.001};

struct PeopleArguments {
  CommonOptions common;
  std::vector<std::string> inputs;
  std::vector<int> fused_templates;
  std::string out;
  std::string report;
};

/// The people of a folder, embedded.
struct People {
  std::vector<LabelledEmbedding> pictures;
  int num_failed = 0;
};

Result<People> EmbedPeople(const Recognizer& recognizer,
                           const PeopleArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<EnrollItem> items,
                        ListEnrollItems(arguments.inputs, ""));
  std::vector<std::filesystem::path> paths;
  for (const EnrollItem& item : items) {
    paths.push_back(item.picture);
  }
  Progress progress(static_cast<int>(paths.size()), Progress::Stdout::kQuiet);
  MIEN_ASSIGN_OR_RETURN(
      auto embeddings,
      EmbedCentralFaces(paths,
                        recognizer.detector(),
                        recognizer.embedder(),
                        arguments.common.NumThreads(),
                        [&](int done, int) { progress.Update(done); }));
  People people;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (embeddings[i]) {
      people.pictures.push_back(
          {items[i].subject, std::move(embeddings[i]->values)});
    } else {
      ++people.num_failed;
    }
  }
  return people;
}

void PrintIdentifyText(const OpenSetSearches& searches,
                       std::span<const PromisedRate> promised,
                       int num_failed) {
  std::printf(
      "%d people enrolled; %zu mated searches, %zu by strangers; %d pictures "
      "without a face\nrank-1 %.4f\n\n"
      "  FPIR    FNIR  threshold   calibrated on the other half of the people\n"
      "                            threshold    FPIR    FNIR\n",
      searches.num_enrolled,
      searches.right_first.size(),
      searches.strangers.size(),
      num_failed,
      searches.RankOneRate());
  for (const PromisedRate& rate : promised) {
    const float threshold = searches.ThresholdAtFpir(rate.stated_fpir);
    std::printf("%6g  %.4f      %.3f        %.3f  %.4f  %.4f%s\n",
                rate.stated_fpir,
                searches.FnirAt(threshold),
                static_cast<double>(threshold),
                static_cast<double>(rate.thresholds.match),
                rate.measured_fpir,
                rate.measured_fnir,
                rate.thresholds.is_extrapolated ? "  (extrapolated)" : "");
  }
}

Result<ExitCode> RunIdentify(const PeopleArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Recognizer> recognizer,
                        LoadRecognizer(arguments.common, 1));
  MIEN_ASSIGN_OR_RETURN(const People people,
                        EmbedPeople(*recognizer, arguments));
  MIEN_ASSIGN_OR_RETURN(const OpenSetSearches searches,
                        SearchOpenSet(people.pictures));
  MIEN_ASSIGN_OR_RETURN(const std::vector<PromisedRate> promised,
                        CheckCalibration(people.pictures, kStatedFpir));
  const IdentifyOutcome outcome = {
      .searches = searches,
      .promised = promised,
      .num_failed = people.num_failed,
      .model = recognizer->embedder_path().stem().string(),
      .model_id = recognizer->embedder().contract().id,
      .detector = recognizer->detector().name()};
  if (arguments.common.json) {
    PrintLine(IdentifyJson(outcome));
  } else {
    PrintIdentifyText(searches, promised, people.num_failed);
  }
  MIEN_RETURN_IF_ERROR(PrintFusionTable(people.pictures,
                                        arguments.fused_templates,
                                        kStatedFpir,
                                        arguments.common.json));
  if (!arguments.report.empty()) {
    MIEN_RETURN_IF_ERROR(WriteIdentifyReport(outcome, arguments.report));
  }
  return ExitCode::kDone;
}

Result<void> StoreCalibration(const Recognizer& recognizer,
                              std::span<const MeasuredRate> rates,
                              const std::string& out) {
  MIEN_ASSIGN_OR_RETURN(Graph graph, LoadOnnx(recognizer.embedder_path()));
  ModelContract contract = recognizer.embedder().contract();
  contract.calibration.clear();
  for (const MeasuredRate& rate : rates) {
    contract.calibration.push_back(rate.point);
  }
  StoreContract(contract, graph);
  return SaveOnnx(graph, out);
}

Result<ExitCode> RunCalibrate(const PeopleArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Recognizer> recognizer,
                        LoadRecognizer(arguments.common, 1));
  MIEN_ASSIGN_OR_RETURN(const People people,
                        EmbedPeople(*recognizer, arguments));
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<MeasuredRate> rates,
      MeasureCalibration(NonMatedSimilarities(people.pictures)));
  for (const MeasuredRate& rate : rates) {
    if (arguments.common.json) {
      PrintLine({{"similarity", rate.point.cosine_similarity},
                 {"fmr", static_cast<float>(rate.point.fmr)},
                 {"fmr_low", static_cast<float>(rate.fmr_low)},
                 {"fmr_high", static_cast<float>(rate.fmr_high)}});
    } else {
      std::printf("similarity %.4f  FMR %.3g  (95 %% between %.3g and %.3g)\n",
                  static_cast<double>(rate.point.cosine_similarity),
                  rate.point.fmr,
                  rate.fmr_low,
                  rate.fmr_high);
    }
  }
  if (!arguments.out.empty()) {
    MIEN_RETURN_IF_ERROR(StoreCalibration(*recognizer, rates, arguments.out));
  }
  return ExitCode::kDone;
}

using Run = Result<ExitCode> (*)(const PeopleArguments& arguments);

CLI::App* AddPeopleCommand(CLI::App* command,
                           const std::shared_ptr<PeopleArguments>& arguments,
                           Run run,
                           ExitCode& exit) {
  command
      ->add_option("DIR",
                   arguments->inputs,
                   "Folders of people, or .csv files as of `mien enroll`")
      ->required();
  AddDetectorFlags(*command, arguments->common);
  AddEmbedderFlags(*command, arguments->common);
  AddGeneralFlags(*command, arguments->common);
  command->callback(
      [arguments, run, &exit] { exit = Report(run(*arguments)); });
  return command;
}

}  // namespace

void AddEvalIdentifyCommand(CLI::App& eval, ExitCode& exit) {
  CLI::App* command = eval.add_subcommand(
      "identify", "Open-set identification rates on labelled people");
  command->footer(kIdentifyFooter);
  auto arguments = std::make_shared<PeopleArguments>();
  command
      ->add_option("--fuse",
                   arguments->fused_templates,
                   "Also enrol up to N pictures of each person and compare the "
                   "ways to fuse them; several numbers with commas")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  command
      ->add_option("--report",
                   arguments->report,
                   "Write report.html, plots and tables here")
      ->type_name("DIR");
  AddPeopleCommand(command, arguments, RunIdentify, exit);
}

void AddEvalCalibrateCommand(CLI::App& eval, ExitCode& exit) {
  CLI::App* command = eval.add_subcommand(
      "calibrate", "Measure which similarity means which false match rate");
  command->footer(kCalibrateFooter);
  auto arguments = std::make_shared<PeopleArguments>();
  command
      ->add_option("--out", arguments->out, "Copy of the model with the curve")
      ->type_name("FILE.onnx");
  AddPeopleCommand(command, arguments, RunCalibrate, exit);
}

}  // namespace mien::cli
