// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "train/executor/torch_net.h"
#include "train/loop/averaged_weights.h"
#include "train/loop/checkpoint.h"
#include "train/loop/optimizer.h"

namespace mien::train {

/// AdamW with a decay of kernels and a limit to the gradient as the detectors
/// want them.
inline constexpr OptimizerOptions kDetectorOptimizer = {.weight_decay = 0.01,
                                                        .clip_norm = 10.0};

struct LearnerOptions {
  std::int64_t steps = 20'000;
  std::int64_t warmup_steps = 300;
  double learning_rate = 2e-3;
  double average_decay = 0.999;
  OptimizerOptions optimizer = kDetectorOptimizer;
  TorchNetOptions net;
};

/// A network with all that belongs to its learning: optimizer, schedule, moving
/// average, and how far it is. Can be saved at any step and goes on from there
/// as if nothing had happened.
///
/// Thread safety: none.
class Learner {
 public:
  Learner(const Graph& graph, const LearnerOptions& options);

  TorchNet& net() { return net_; }

  /// Steps done.
  [[nodiscard]] std::int64_t step() const { return step_; }

  [[nodiscard]] bool done() const { return step_ >= options_.steps; }

  /// Changes how many steps there are in all, and so the course of the rate.
  void PlanSteps(std::int64_t steps) { options_.steps = steps; }

  /// The rate of the next step.
  [[nodiscard]] double learning_rate() const;

  /// Goes against the gradient of `loss`. Returns the gradient's length, [].
  ///
  /// Throws TrainError when the loss is not a finite number. A GPU is not
  /// waited for: of a loss there CheckLoss() tells, now and then.
  Tensor Learn(const Tensor& loss);

  /// Throws TrainError when the loss of the last step is not a finite number.
  void CheckLoss() const;

  /// The network with the averaged weights.
  [[nodiscard]] Graph Export();

  /// Throws TrainError as CheckLoss() does, and for a file that cannot be
  /// written.
  void Save(const std::filesystem::path& path) const;

  /// Throws TrainError where the file is not of this network.
  void Load(const std::filesystem::path& path);

 private:
  /// The living tensors and counters, to save or to fill.
  [[nodiscard]] Checkpoint State() const;

  LearnerOptions options_;
  TorchNet net_;
  Optimizer optimizer_;
  AveragedWeights average_;
  std::int64_t step_ = 0;
  Tensor loss_;  // of the last step, undefined before the first
};

}  // namespace mien::train
