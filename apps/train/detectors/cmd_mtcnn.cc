// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "train/detectors/commands.h"
#include "train/detectors/detector_flags.h"
#include "train/detectors/mtcnn_trainer.h"

namespace mien::train {
namespace {

constexpr const char* kFooter =
    "Example:\n"
    "  mien train mtcnn --faces wider.jsonl --landmarks yunet.jsonl --out "
    "runs/mtcnn\n"
    "  mien detect --detector runs/mtcnn group.jpg\n"
    "See docs/training-detectors.md.";

struct MtcnnArguments {
  PictureSetOptions pictures;
  MtcnnTrainingOptions training;
  int threads = 1;
};

void AddFlags(CLI::App& command, MtcnnArguments& arguments) {
  MtcnnTrainingOptions& training = arguments.training;
  AddPictureFlags(command, arguments.pictures);
  AddRunFlags(command,
              {training.run,
               training.seed,
               training.checkpoint_seconds,
               training.loader_threads,
               arguments.threads});
  AddOriginFlags(command, training.origin);
  command.add_option("--batch", training.batch, "Windows of one step")
      ->capture_default_str()
      ->check(CLI::Range(8, 65536));
  command
      .add_option("--steps", training.learner.steps, "Steps to make, each net")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000'000));
  command
      .add_option("--pictures",
                  training.pictures,
                  "Pictures drawn to collect the windows of a net")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000'000));
  AddLearnerFlags(command, training.learner);
  command
      .add_option("--mining-threshold",
                  training.mining_threshold,
                  "Score from which on the earlier nets' windows teach the "
                  "next net")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 0.99));
}

cli::ExitCode Run(MtcnnArguments& arguments) {
  const auto sets =
      BeginRun(arguments.training.run, arguments.threads, arguments.pictures);
  TrainMtcnn(sets, arguments.training);
  return cli::ExitCode::kDone;
}

}  // namespace

void AddMtcnnCommand(CLI::App& app, cli::ExitCode& exit) {
  CLI::App* command = app.add_subcommand(
      "mtcnn", "Train the three nets of MTCNN, one after the other");
  command->footer(kFooter);
  auto arguments = std::make_shared<MtcnnArguments>();
  AddFlags(*command, *arguments);
  command->callback([arguments, &exit] { exit = Run(*arguments); });
}

}  // namespace mien::train
