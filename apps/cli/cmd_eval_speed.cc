// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cmd_eval.h"
#include "common_options.h"
#include "inputs.h"
#include "json.h"
#include "mien/precision.h"
#include "models.h"
#include "stage_times.h"

namespace mien::cli {
namespace {

constexpr const char* kFooter =
    "Every picture goes through decoding, detection, alignment and embedding, "
    "one\n"
    "after another, --rounds times after one that does not count. Shown is "
    "the\n"
    "median of the rounds, the fastest and slowest, and the processor time of "
    "all\n"
    "threads: with one thread, much less than the time says that the machine "
    "was\n"
    "busy. --threads are those inside the networks.\n\n"
    "Example:\n"
    "  mien eval speed --threads 1 photos/";

struct SpeedArguments {
  CommonOptions common;
  std::vector<std::string> inputs;
  int rounds = 5;
};

void PrintJson(const StageTimes& times,
               const Recognizer& recognizer,
               int threads) {
  for (const StageTime& stage : times.stages) {
    PrintLine(
        {{"stage", stage.name},
         {"ms_per_picture", static_cast<float>(stage.median_ms)},
         {"ms_per_picture_min", static_cast<float>(stage.fastest_ms)},
         {"ms_per_picture_max", static_cast<float>(stage.slowest_ms)},
         {"pictures", times.num_pictures},
         {"chips", times.num_chips},
         {"chips_per_second", static_cast<float>(times.ChipsPerSecond(stage))},
         {"threads", threads},
         {"precision",
          std::string(PrecisionName(recognizer.embedder().precision()))},
         {"detector", recognizer.detector().name()},
         {"model", recognizer.embedder().contract().id}});
  }
}

void PrintText(const StageTimes& times,
               const Recognizer& recognizer,
               int threads) {
  std::printf(
      "%d pictures, %d chips, %d %s, detector %s, embedder %s in %s\n",
      times.num_pictures,
      times.num_chips,
      threads,
      threads == 1 ? "thread" : "threads",
      recognizer.detector().name().c_str(),
      recognizer.embedder_path().stem().c_str(),
      std::string(PrecisionName(recognizer.embedder().precision())).c_str());
  std::printf(
      "\nstage      ms a picture     (min to max)        CPU ms   chips a "
      "second\n");
  for (const StageTime& stage : times.stages) {
    std::printf("%-8s  %12.3f   %8.3f to %8.3f   %8.3f   %12.1f\n",
                stage.name.c_str(),
                stage.median_ms,
                stage.fastest_ms,
                stage.slowest_ms,
                stage.cpu_ms,
                times.ChipsPerSecond(stage));
  }
}

Result<ExitCode> RunSpeed(const SpeedArguments& arguments) {
  const CommonOptions& common = arguments.common;
  MIEN_ASSIGN_OR_RETURN(const std::vector<std::filesystem::path> pictures,
                        ExpandInputs(arguments.inputs));
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Recognizer> recognizer,
                        LoadRecognizer(common, common.NumThreads()));
  const Result<StageTimes> times =
      MeasureStages(*recognizer, pictures, arguments.rounds);
  if (!times) {
    PrintError(times.error());
    return ExitCodeOfInput(times.error());
  }
  (common.json ? PrintJson : PrintText)(
      *times, *recognizer, common.NumThreads());
  return ExitCode::kDone;
}

}  // namespace

void AddEvalSpeedCommand(CLI::App& eval, ExitCode& exit) {
  CLI::App* command = eval.add_subcommand(
      "speed", "Time decoding, detection, alignment and embedding");
  command->footer(kFooter);
  auto arguments = std::make_shared<SpeedArguments>();
  AddPictureInputs(*command, arguments->inputs);
  command->add_option("--rounds", arguments->rounds, "Rounds that count")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str()
      ->type_name("N");
  AddDetectorFlags(*command, arguments->common);
  AddEmbedderFlags(*command, arguments->common);
  AddGeneralFlags(*command, arguments->common);
  command->callback(
      [arguments, &exit] { exit = Report(RunSpeed(*arguments)); });
}

}  // namespace mien::cli
