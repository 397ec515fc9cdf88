// SPDX-License-Identifier: Apache-2.0
#include "cmd_eval.h"

#include <cstdio>
#include <optional>
#include <string>

#include "commands.h"
#include "common_options.h"
#include "eval/lfw.h"
#include "json.h"
#include "models.h"
#include "progress.h"

namespace mien::cli {
namespace {

constexpr const char* kFooter =
    "LFW View 2: the folds of pairs.txt; each fold is judged at the threshold\n"
    "that is best on the others. Of several faces the central one counts. A "
    "pair\n"
    "with an unreadable picture or no face counts as answered wrongly.\n\n"
    "Example:\n"
    "  mien eval lfw --root lfw --pairs pairs.txt --flip";

struct LfwArguments {
  CommonOptions common;
  std::string root;
  std::string pairs;
};

void PrintJson(const LfwReport& report, const Recognizer& recognizer) {
  PrintLine(
      {{"protocol", "LFW View 2, original pictures, central face"},
       {"pairs", report.num_pairs},
       {"failed", report.num_failed},
       {"accuracy", static_cast<float>(report.accuracy)},
       {"accuracy_std", static_cast<float>(report.accuracy_deviation)},
       {"auc", NumberOrNull(report.auc)},
       {"eer", NumberOrNull(report.eer)},
       {"tar_at_far_1e-2", NumberOrNull(report.tmr_at_fmr_1e2)},
       {"tar_at_far_1e-3", NumberOrNull(report.tmr_at_fmr_1e3)},
       {"threshold_at_far_1e-3", NumberOrNull(report.threshold_at_fmr_1e3)},
       {"detector", recognizer.detector().name()},
       {"model", recognizer.embedder().contract().id}});
}

void PrintText(const LfwReport& report, const Recognizer& recognizer) {
  std::printf(
      "LFW View 2, %d pairs, %d failed\n", report.num_pairs, report.num_failed);
  std::printf("detector  %s\nembedder  %s (%s)\n",
              recognizer.detector().name().c_str(),
              recognizer.embedder().contract().name.c_str(),
              recognizer.embedder().contract().id.c_str());
  std::printf(
      "accuracy  %.4f +- %.4f\n", report.accuracy, report.accuracy_deviation);
  std::printf("AUC       %.5f\nEER       %.4f\n",
              report.auc.value_or(0.0),
              report.eer.value_or(0.0));
  std::printf(
      "1 - FNMR  %.4f at FMR 1e-2\n          %.4f at FMR 1e-3, cosine "
      "similarity %.3f\n",
      report.tmr_at_fmr_1e2.value_or(0.0),
      report.tmr_at_fmr_1e3.value_or(0.0),
      static_cast<double>(report.threshold_at_fmr_1e3.value_or(0.0F)));
}

Result<ExitCode> RunLfw(const LfwArguments& arguments) {
  const CommonOptions& common = arguments.common;
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Recognizer> recognizer,
                        LoadRecognizer(common, 1));
  std::optional<Progress> progress;
  const Result<LfwReport> report =
      EvaluateLfw(recognizer->detector(),
                  recognizer->embedder(),
                  {.root = arguments.root,
                   .pairs = arguments.pairs,
                   .num_threads = common.NumThreads(),
                   .progress = [&](int done, int total) {
                     if (!progress) {
                       progress.emplace(total, Progress::Stdout::kQuiet);
                     }
                     progress->Update(done);
                   }});
  progress.reset();
  if (!report) {
    PrintError(report.error());
    return ExitCodeOfInput(report.error());
  }
  (common.json ? PrintJson : PrintText)(*report, *recognizer);
  return ExitCode::kDone;
}

void AddLfwCommand(CLI::App& eval, ExitCode& exit) {
  CLI::App* command = eval.add_subcommand(
      "lfw", "Verification accuracy on Labeled Faces in the Wild");
  command->footer(kFooter);
  auto arguments = std::make_shared<LfwArguments>();
  command
      ->add_option("--root",
                   arguments->root,
                   "Folder of the original pictures, Name/Name_0001.jpg")
      ->required()
      ->type_name("DIR");
  command->add_option("--pairs", arguments->pairs, "LFW's pairs.txt")
      ->required()
      ->type_name("FILE");
  AddDetectorFlags(*command, arguments->common);
  AddEmbedderFlags(*command, arguments->common);
  AddGeneralFlags(*command, arguments->common);
  command->callback([arguments, &exit] { exit = Report(RunLfw(*arguments)); });
}

}  // namespace

void AddEvalCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command =
      app.add_subcommand("eval", "Measure accuracy on a public protocol");
  command->require_subcommand(1);
  AddLfwCommand(*command, exit);
  AddEvalIdentifyCommand(*command, exit);
  AddEvalCalibrateCommand(*command, exit);
  AddEvalClusterCommand(*command, exit);
}

}  // namespace mien::cli
