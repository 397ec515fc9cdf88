// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/detector_flags.h"

#include <ATen/Parallel.h>

#include <cstdio>
#include <string>

#include "core/cpu.h"
#include "train/detectors/run_folder.h"
#include "train/executor/device.h"

namespace mien::train {

void AddPictureFlags(CLI::App& command, PictureSetOptions& options) {
  command
      .add_option("--faces",
                  options.annotations,
                  "Pictures with faces: lines of `mien detect --json` or WIDER "
                  "FACE's *_bbx_gt.txt; SHARE says how often they are drawn "
                  "beside the other sets")
      ->required()
      ->type_name("FILE[:SHARE]");
  command
      .add_option("--landmarks",
                  options.landmarks,
                  "Lines of `mien detect --json` for the same pictures, whose "
                  "landmarks the faces without any take over")
      ->type_name("FILE");
  command
      .add_option("--root",
                  options.reading.root,
                  "Folder of pictures named by a relative path")
      ->type_name("DIR");
  command
      .add_option("--min-score",
                  options.reading.min_score,
                  "Faces that a detector scored lower are neither faces nor "
                  "background")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
}

void AddRunFlags(CLI::App& command, const RunFlags& flags) {
  flags.threads = NumUsableCpus();
  command
      .add_option("--out",
                  flags.run,
                  "Folder of the run: models, checkpoints, metrics.csv; a run "
                  "that lies there goes on")
      ->required()
      ->type_name("DIR");
  command.add_option("--seed", flags.seed, "Of all random numbers")
      ->capture_default_str();
  command
      .add_option("--checkpoint-seconds",
                  flags.checkpoint_seconds,
                  "Time between checkpoints")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command
      .add_option("--loader-threads",
                  flags.loader_threads,
                  "Threads that decode and cut pictures")
      ->capture_default_str()
      ->check(CLI::Range(1, 256));
  command.add_option("--threads", flags.threads, "Threads of the network")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
}

void AddLearnerFlags(CLI::App& command, LearnerOptions& learner) {
  command
      .add_option(
          "--rate", learner.learning_rate, "Learning rate after the warm-up")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command.add_flag("--bf16",
                   learner.net.bfloat16,
                   "Convolutions in bfloat16: faster where the machine has it");
  command
      .add_option_function<std::string>(
          "--device",
          [&learner](const std::string& name) {
            learner.net.device = ParseDevice(name);
          },
          "Where the network is trained: cpu, cuda or cuda:1")
      ->default_str("cpu");
}

std::vector<PictureSet> BeginRun(const std::filesystem::path& run,
                                 int threads,
                                 const PictureSetOptions& pictures) {
  at::set_num_threads(threads);
  CatchStopSignals();
  std::filesystem::create_directories(run);
  std::vector<PictureSet> sets = ReadPictureSets(pictures);
  std::fprintf(stderr, "%s\n", DescribeSets(sets).c_str());
  return sets;
}

void AddOriginFlags(CLI::App& command, ModelOrigin& origin) {
  command
      .add_option("--license",
                  origin.license,
                  "Under which the model may be used; goes into its contract, "
                  "like the next two")
      ->type_name("TEXT");
  command
      .add_option("--training-data",
                  origin.training_data,
                  "What the model was trained on, with its terms")
      ->type_name("TEXT");
  command
      .add_option("--notes", origin.notes, "What else its users should know")
      ->type_name("TEXT");
}

}  // namespace mien::train
