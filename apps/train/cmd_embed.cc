// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "core/file.h"
#include "data/augment.h"
#include "graph/contract.h"
#include "json.h"
#include "progress.h"
#include "stop_signal.h"
#include "train/commands.h"
#include "train/detectors/detector_flags.h"
#include "train/detectors/model_origin.h"
#include "train/executor/device.h"
#include "train/loop/embed_run.h"
#include "train/loop/starting_net.h"
#include "train/losses/loss.h"
#include "train/samplers/sampler.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

constexpr const char* kExample =
    "\nExample:\n"
    "  mien prepare --labels folders --out people people_by_name/\n"
    "  mien train embed --data people --net mobilefacenet --steps 2000 \\\n"
    "      --loss triplet:selection=semi-hard --sampler pk:chips=4 --run run1\n"
    "  mien verify --embedder run1/model.onnx a.jpg b.jpg";

struct Arguments {
  StartingNet start;
  EmbedRunOptions run;
  std::string course = "cosine";
  std::string method = "adamw";
  std::string augmentation = "standard";
  ModelOrigin origin;
  std::string device = "cpu";
  bool json = false;
};

/// "1000 loss 0.214 rate 0.00098 ..."
void PrintFigures(std::int64_t step,
                  const std::map<std::string, double>& figures) {
  std::printf("%lld", static_cast<long long>(step));
  for (const auto& [name, value] : figures) {
    std::printf(" %s %.5g", name.c_str(), value);
  }
  std::printf("\n");
  std::fflush(stdout);
}

void PrintFiguresAsJson(std::int64_t step,
                        const std::map<std::string, double>& figures) {
  cli::Json line = {{"step", step}};
  for (const auto& [name, value] : figures) {
    line[name] = static_cast<float>(value);
  }
  std::printf("%s\n", line.dump().c_str());
  std::fflush(stdout);
}

void PrintWarning(std::int64_t step, const std::string& message) {
  std::fprintf(stderr,
               "mien train: step %lld: %s\n",
               static_cast<long long>(step),
               message.c_str());
}

/// What the run was asked to do, so that it can be done again.
void WriteRunFile(const Arguments& arguments) {
  const EmbedRunOptions& run = arguments.run;
  cli::Json datasets = cli::Json::array();
  for (const auto& folder : run.datasets) {
    datasets.push_back(folder.string());
  }
  const cli::Json file = {
      {"net", arguments.start.net},
      {"input_px", run.input_px},
      {"embedding_size", arguments.start.embedding_size},
      {"datasets", datasets},
      {"teacher", run.teacher.string()},
      {"blend", static_cast<float>(run.blend)},
      {"loss", run.loss},
      {"sampler", run.sampler},
      {"augmentation", arguments.augmentation},
      {"batch", run.batch_size},
      {"steps", run.steps},
      {"optimizer", arguments.method},
      {"rate", static_cast<float>(run.rate.peak)},
      {"course", arguments.course},
      {"warmup_steps", run.rate.warmup_steps},
      {"final_share", static_cast<float>(run.rate.final_share)},
      {"weight_decay", static_cast<float>(run.optimizer.weight_decay)},
      {"clip_norm", static_cast<float>(run.optimizer.clip_norm)},
      {"average_decay", static_cast<float>(run.average_decay)},
      {"bfloat16", run.bfloat16},
      {"seed", run.seed}};
  std::filesystem::create_directories(run.run_folder);
  const auto written =
      WriteFileAtomically(run.run_folder / "run.json", file.dump(2) + "\n");
  if (!written) {
    throw TrainError(written.error().message);
  }
}

void Train(Arguments arguments) {
  EmbedRunOptions& run = arguments.run;
  const auto augment = ParseAugmentation(arguments.augmentation);
  if (!augment) {
    throw TrainError("the augmentation is \"" + arguments.augmentation +
                     "\"; must be none, flip, standard or strong");
  }
  run.augment = *augment;
  run.device = ParseDevice(arguments.device);
  run.rate.course = ParseRateCourse(arguments.course);
  run.rate.total_steps = run.steps;
  run.optimizer.method = ParseMethod(arguments.method);
  arguments.start.seed = run.seed;
  const Graph graph =
      WithOrigin(MakeStartingNet(arguments.start), arguments.origin);
  run.input_px = ContractFromGraph(graph)->input_width;
  run.validation.input_px = run.input_px;
  if (run.ranks.rank == 0) {
    WriteRunFile(arguments);
  }

  cli::Progress progress(static_cast<int>(run.steps),
                         cli::Progress::Stdout::kLines);
  cli::StopOnSignals();
  RunEmbedTraining(
      graph,
      run,
      {.logged = arguments.json ? PrintFiguresAsJson : PrintFigures,
       .warned = PrintWarning,
       .stepped =
           [&](std::int64_t done) { progress.Update(static_cast<int>(done)); }},
      cli::IsStopRequested);
}

void AddDataFlags(CLI::App& command, Arguments& arguments) {
  EmbedRunOptions& run = arguments.run;
  command.add_option("--data", run.datasets, "folders that mien prepare wrote")
      ->required();
  command
      .add_option(
          "--augment", arguments.augmentation, "none, flip, standard or strong")
      ->capture_default_str();
  command.add_option("--sampler", run.sampler, "how batches are drawn, below")
      ->capture_default_str();
  command
      .add_option("--loader-threads",
                  run.loader_threads,
                  "threads that decode and augment")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command.add_option("--teacher",
                     run.teacher,
                     "ONNX embedding model to ask about the chips of each "
                     "step, for distill; without it distill reads the answers "
                     "that mien prepare wrote");
  command.add_option("--teacher-profile",
                     run.teacher_profile,
                     "for a teacher without a contract");
  command
      .add_option("--blend",
                  run.blend,
                  "share of the chips that a neighbour is laid over; needs "
                  "--teacher")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command.add_option("--validate",
                     run.validation.folders,
                     "datasets of people who are not in --data");
  command.add_option("--pairs",
                     run.validation.pairs,
                     "LFW-style list of pairs of --validate; default drawn");
  command.add_option("--validate-every", run.validate_every, "steps")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

void AddNetFlags(CLI::App& command, Arguments& arguments) {
  command
      .add_option("--net",
                  arguments.start.net,
                  "inception-resnet-v1, mobilefacenet, iresnet18, "
                  "iresnet50, vgg16, or an .onnx file to go on from")
      ->capture_default_str();
  command.add_option("--profile",
                     arguments.start.profile,
                     "for an .onnx file without a contract");
  command
      .add_option("--input-px",
                  arguments.start.input_px,
                  "side of the chips; 0 for the network's own")
      ->capture_default_str();
  command
      .add_option("--embedding-size",
                  arguments.start.embedding_size,
                  "values of an embedding; 0 for the network's own")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_option("--freeze",
                     arguments.run.freeze,
                     "parameters that stay, with wildcards: 'conv2d_*'");
}

void AddStepFlags(CLI::App& command, Arguments& arguments) {
  EmbedRunOptions& run = arguments.run;
  command.add_option("--loss", run.loss, "what is minimised, below")
      ->capture_default_str();
  command.add_option("--batch", run.batch_size, "chips in a step")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--steps", run.steps, "length of the run")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--optimizer", arguments.method, "sgd or adamw")
      ->capture_default_str();
  command.add_option("--rate", run.rate.peak, "highest learning rate")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--course", arguments.course, "cosine, steps or constant")
      ->capture_default_str();
  command
      .add_option("--warmup-steps",
                  run.rate.warmup_steps,
                  "steps over which the rate rises")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      .add_option("--final-share",
                  run.rate.final_share,
                  "of the cosine: last rate as a share of the highest")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command.add_option("--weight-decay", run.optimizer.weight_decay, "")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      .add_option("--clip-norm",
                  run.optimizer.clip_norm,
                  "longest gradient; 0 for no limit")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      .add_option("--average-decay",
                  run.average_decay,
                  "of the moving average of the weights")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command.add_flag("--bf16",
                   run.bfloat16,
                   "convolutions in bfloat16: faster where the machine has it");
  command.add_option("--device", arguments.device, "cpu, cuda or cuda:1")
      ->capture_default_str();
}

void AddRankFlags(CLI::App& command, RanksSetting& ranks) {
  command.add_option("--nnodes", ranks.size, "processes that share the run")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command
      .add_option("--rank",
                  ranks.rank,
                  "which of them this is, from 0; --batch is of all together")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_option("--master", ranks.master, "HOST:PORT where rank 0 waits")
      ->capture_default_str();
}

void AddRunFlags(CLI::App& command, Arguments& arguments) {
  EmbedRunOptions& run = arguments.run;
  command
      .add_option(
          "--run", run.run_folder, "folder for checkpoint, model and curves")
      ->required();
  command.add_flag("--resume", run.resume, "go on from the run's checkpoint");
  command.add_option("--seed", run.seed, "")->capture_default_str();
  command.add_option("--log-every", run.log_every, "steps")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      .add_option(
          "--checkpoint-seconds", run.checkpoint_seconds, "between checkpoints")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_flag("--json", arguments.json, "one JSON object a logged step");
}

}  // namespace

void AddEmbedCommand(CLI::App& app, cli::ExitCode& exit) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "embed", "Trains an embedding network on prepared chips.");
  AddDataFlags(*command, *arguments);
  AddNetFlags(*command, *arguments);
  AddStepFlags(*command, *arguments);
  AddRunFlags(*command, *arguments);
  AddOriginFlags(*command, arguments->origin);
  AddRankFlags(*command, arguments->run.ranks);
  command->footer("Losses:\n" + LossHelp() + "\nSamplers:\n" + SamplerHelp() +
                  kExample);
  command->callback([arguments, &exit] {
    Train(*arguments);
    exit = cli::ExitCode::kDone;
  });
}

}  // namespace mien::train
