// SPDX-License-Identifier: Apache-2.0
//
// Training of mien's single-shot detector, nets::FaceSsd().
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "graph/graph.h"
#include "train/detectors/learner.h"
#include "train/detectors/multibox_loss.h"
#include "train/detectors/picture_sets.h"
#include "train/detectors/square_crop.h"

namespace mien::train {

struct SsdTrainingOptions {
  CropOptions crop;
  MultiBoxOptions loss;
  LearnerOptions learner;

  /// Crops of one step.
  int batch = 16;

  std::uint64_t seed = 1;

  /// Threads that decode pictures and cut crops.
  int loader_threads = 1;

  /// Where face-ssd.onnx, checkpoint.pt and metrics.csv go.
  std::filesystem::path run;

  double checkpoint_seconds = 120;
  std::int64_t log_every = 20;
};

/// Crops with what their priors are to learn.
struct SsdBatch {
  Tensor input;  ///< [N, 3, S, S], (level - 127.5) / 128
  MultiBoxTargets targets;
};

SsdBatch MakeSsdBatch(const std::vector<TrainingCrop>& crops);

/// Output of `net` for `input`, with gradient in Mode::kTrain.
MultiBoxOutputs RunSsd(TorchNet& net, const Tensor& input, Mode mode);

/// Trains until the last step or a stop signal, from the checkpoint in the run
/// folder where there is one. Returns the network with averaged weights, which
/// it also writes there.
Graph TrainSsd(const std::vector<PictureSet>& sets,
               const SsdTrainingOptions& options);

}  // namespace mien::train
