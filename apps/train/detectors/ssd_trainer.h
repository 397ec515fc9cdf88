// SPDX-License-Identifier: Apache-2.0
//
// Training of mien's single-shot detector, nets::FaceSsd().
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "graph/graph.h"
#include "train/detectors/learner.h"
#include "train/detectors/model_origin.h"
#include "train/detectors/multibox_loss.h"
#include "train/detectors/picture_sets.h"

namespace mien::train {

struct SsdTrainingOptions {
  /// Sides of the crops, multiples of 64; each step takes one of them at
  /// random. Faces of a size are learnt from crops that have room for them.
  std::vector<int> inputs_px = {256};

  MultiBoxOptions loss;
  LearnerOptions learner = {.steps = 20'000,
                            .warmup_steps = 200,
                            .learning_rate = 1e-2,
                            .average_decay = 0.999,
                            .optimizer = kDetectorOptimizer,
                            .net = {}};

  /// Crops of one step whose side is the smallest of `inputs_px`; of longer
  /// ones about as many as have the same number of pixels, at least one.
  int batch = 16;

  /// A model of this trainer to go on from; empty to begin anew.
  std::filesystem::path net;

  /// Time of this call, whatever `learner.steps` says; the course of the rate
  /// is stretched or shortened to the steps that fit into it. 0 for as long as
  /// `learner.steps` take.
  double seconds = 0;

  std::uint64_t seed = 1;

  /// Pictures are turned by up to this either way, most by less: half of them
  /// by less than a quarter of it.
  float max_roll_degrees = 0.0F;

  /// Memory for decoded pictures.
  double decoded_gib = 0;

  /// Threads that decode pictures and cut crops.
  int loader_threads = 1;

  /// Where face-ssd.onnx, checkpoint.pt and metrics.csv go.
  std::filesystem::path run;

  /// Stated in face-ssd.onnx.
  ModelOrigin origin;

  double checkpoint_seconds = 120;
  std::int64_t log_every = 20;
};

/// Output of `net` for `input`, with gradient in Mode::kTrain.
MultiBoxOutputs RunSsd(TorchNet& net, const Tensor& input, Mode mode);

/// Trains until the last step, the end of the time or a stop signal, from the
/// checkpoint in the run folder where there is one. Returns the network with
/// averaged weights, which it also writes there.
Graph TrainSsd(const std::vector<PictureSet>& sets,
               const SsdTrainingOptions& options);

}  // namespace mien::train
