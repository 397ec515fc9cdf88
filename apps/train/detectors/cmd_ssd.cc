// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "train/detectors/commands.h"
#include "train/detectors/detector_flags.h"
#include "train/detectors/ssd_trainer.h"

namespace mien::train {
namespace {

constexpr const char* kFooter =
    "Example:\n"
    "  mien detect --json --detector yunet.onnx photos/ > photos.jsonl\n"
    "  mien train ssd --faces wider.jsonl:3 --faces photos.jsonl:1 --steps "
    "20000 --out runs/ssd\n"
    "See docs/training-detectors.md.";

struct SsdArguments {
  PictureSetOptions pictures;
  SsdTrainingOptions training;
  int threads = 1;
};

void AddFlags(CLI::App& command, SsdArguments& arguments) {
  SsdTrainingOptions& training = arguments.training;
  AddPictureFlags(command, arguments.pictures);
  AddRunFlags(command,
              {training.run,
               training.seed,
               training.checkpoint_seconds,
               training.loader_threads,
               arguments.threads});
  command
      .add_option("--input",
                  training.inputs_px,
                  "Side of the crops, in pixels; a multiple of 64. May be "
                  "repeated: each step takes one of the sides")
      ->capture_default_str()
      ->check(CLI::Range(64, 1024));
  AddOriginFlags(command, training.origin);
  command
      .add_option("--batch",
                  training.batch,
                  "Crops of one step at the smallest --input; of longer ones "
                  "about as many as have the same number of pixels")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  command.add_option("--steps", training.learner.steps, "Steps to make")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000'000));
  AddLearnerFlags(command, training.learner);
  command
      .add_option("--box-weight",
                  training.loss.box_weight,
                  "Of the boxes' loss beside the class's, which weighs 1")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command
      .add_option("--landmark-weight",
                  training.loss.landmark_weight,
                  "Of the landmarks' loss beside the class's, which weighs 1")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command
      .add_option("--warmup-steps",
                  training.learner.warmup_steps,
                  "Steps over which the rate grows")
      ->capture_default_str();
  command
      .add_option("--weight-decay",
                  training.learner.optimizer.weight_decay,
                  "Decay of kernels, as in AdamW")
      ->capture_default_str();
}

void AddCourseFlags(CLI::App& command, SsdTrainingOptions& training) {
  command
      .add_option("--net",
                  training.net,
                  "Model of this command whose weights the run begins with")
      ->type_name("FILE.onnx")
      ->check(CLI::ExistingFile);
  command
      .add_option("--seconds",
                  training.seconds,
                  "Time of this call, whatever --steps says; the course of the "
                  "rate follows the steps that fit into it")
      ->check(CLI::Range(1.0, 1e8));
  command
      .add_option("--log-every", training.log_every, "Steps between log lines")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
}

void AddCropFlags(CLI::App& command, SsdTrainingOptions& training) {
  command
      .add_option("--roll",
                  training.max_roll_degrees,
                  "Degrees that pictures are turned by at most, either way; "
                  "most are turned by less")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 180.0));
  command
      .add_option("--decoded-gib",
                  training.decoded_gib,
                  "Memory for decoded pictures, in GiB: those that fit are "
                  "decoded once")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 65'536.0));
}

cli::ExitCode Run(SsdArguments& arguments) {
  constexpr int kInputStepPx = 64;
  for (const int side : arguments.training.inputs_px) {
    if (side % kInputStepPx != 0) {
      throw CLI::ValidationError(
          "--input",
          "is " + std::to_string(side) + "; must be a multiple of 64");
    }
  }
  const auto sets =
      BeginRun(arguments.training.run, arguments.threads, arguments.pictures);
  TrainSsd(sets, arguments.training);
  return cli::ExitCode::kDone;
}

}  // namespace

void AddSsdCommand(CLI::App& app, cli::ExitCode& exit) {
  CLI::App* command = app.add_subcommand(
      "ssd", "Train the single-shot face detector with landmarks");
  command->footer(kFooter);
  auto arguments = std::make_shared<SsdArguments>();
  AddFlags(*command, *arguments);
  AddCourseFlags(*command, arguments->training);
  AddCropFlags(*command, arguments->training);
  command->callback([arguments, &exit] { exit = Run(*arguments); });
}

}  // namespace mien::train
