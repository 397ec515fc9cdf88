// SPDX-License-Identifier: Apache-2.0
//
// Training of MTCNN's three nets (Zhang et al. 2016, arXiv:1604.02878, section
// III.D): each later net learns from what the earlier ones let through.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "graph/graph.h"
#include "train/detectors/learner.h"
#include "train/detectors/model_origin.h"
#include "train/detectors/mtcnn_loss.h"
#include "train/detectors/mtcnn_samples.h"
#include "train/detectors/picture_sets.h"
#include "train/detectors/sample_store.h"

namespace mien::train {

struct MtcnnTrainingOptions {
  /// Of each net.
  LearnerOptions learner = {.steps = 20'000,
                            .warmup_steps = 200,
                            .learning_rate = 2e-3,
                            .average_decay = 0.999,
                            .optimizer = kDetectorOptimizer,
                            .net = {}};
  int batch = 384;

  /// Pictures drawn to collect the windows of a stage.
  int pictures = 5'000;

  WindowCounts windows;

  /// Most negatives, parts and positives of a stage that are kept.
  std::array<std::size_t, 3> most_of_kind = {240'000, 100'000, 100'000};

  /// Score that the earlier nets must give a window for the next one to learn
  /// from it: lower than at detection, so that it sees their doubts.
  float mining_threshold = 0.5F;

  /// Of one picture, at most this many windows of the earlier nets that are no
  /// face.
  int most_negatives_of_picture = 60;

  std::uint64_t seed = 1;

  /// Threads that decode pictures and cut windows.
  int loader_threads = 1;

  /// Where mtcnn-<net>.onnx and each net's checkpoint and metrics go.
  std::filesystem::path run;

  /// Stated in the three files.
  ModelOrigin origin;

  double checkpoint_seconds = 120;
  std::int64_t log_every = 100;
};

/// The windows that stage `index` of kMtcnnStages learns from. `nets` are the
/// trained nets of the stages before it.
SampleStore CollectSamples(std::size_t index,
                           const std::vector<Graph>& nets,
                           const std::vector<PictureSet>& sets,
                           const MtcnnTrainingOptions& options);

/// Trains one net on `samples`, until the last step or a stop signal. Returns
/// it with averaged weights.
Graph TrainStage(std::size_t index,
                 const SampleStore& samples,
                 const MtcnnTrainingOptions& options);

/// Trains the three nets in turn, going on where the run folder's files say;
/// a net whose file is there counts as trained.
void TrainMtcnn(const std::vector<PictureSet>& sets,
                const MtcnnTrainingOptions& options);

}  // namespace mien::train
