// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <CLI/CLI.hpp>

#include "train/detectors/learner.h"
#include "train/detectors/model_origin.h"
#include "train/detectors/picture_sets.h"

namespace mien::train {

/// Adds the flags that say which pictures to train on.
void AddPictureFlags(CLI::App& command, PictureSetOptions& options);

/// What the flags about the run itself set.
struct RunFlags {
  std::filesystem::path& run;
  std::uint64_t& seed;
  double& checkpoint_seconds;
  int& loader_threads;
  int& threads;
};

void AddRunFlags(CLI::App& command, const RunFlags& flags);

/// Adds the flags of learning that every detector has.
void AddLearnerFlags(CLI::App& command, LearnerOptions& learner);

/// Makes the folder `run`, has signals end the run in good order and the
/// network use `threads`, and reads the pictures, which stderr is told about.
std::vector<PictureSet> BeginRun(const std::filesystem::path& run,
                                 int threads,
                                 const PictureSetOptions& pictures);

/// Adds the flags that say what the contract tells of the model.
void AddOriginFlags(CLI::App& command, ModelOrigin& origin);

}  // namespace mien::train
