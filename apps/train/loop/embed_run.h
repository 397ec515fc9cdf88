// SPDX-License-Identifier: Apache-2.0
//
// Trains an embedding network: draw, forward, loss, backward, step, log,
// validate, save. A run is a folder:
//
//   run.json          what was asked for, resolved, and the seed
//   metrics.csv       figures by step; a curve of each as SVG
//   checkpoint.pt     all that is needed to go on
//   model.onnx        the averaged weights, with their contract
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "data/augment.h"
#include "graph/graph.h"
#include "train/loop/learning_rate.h"
#include "train/loop/optimizer.h"
#include "train/loop/validation.h"
#include "train/ranks/ranks.h"

namespace mien::train {

struct EmbedRunOptions {
  std::filesystem::path run_folder = {};

  /// What is learned from.
  std::vector<std::filesystem::path> datasets = {};

  /// An ONNX embedding model that is asked about the very chips that the
  /// network sees (see Teacher), and the profile of one without a contract.
  /// Without it losses that need a teacher read the datasets' own embeddings;
  /// those that need none refuse it.
  std::filesystem::path teacher = {};
  std::string teacher_profile = {};

  /// Share of the chips that a neighbour is laid over (see Blend()); needs a
  /// `teacher`, and one process.
  double blend = 0.0;

  /// See MakeLoss() and MakeSampler().
  std::string loss = "arcface";
  std::string sampler = "instance";

  AugmentOptions augment = {};

  /// Side of the chips, in pixels.
  int input_px = 112;

  /// Chips in a step, of all ranks together.
  std::int64_t batch_size = 64;
  std::int64_t steps = 1000;
  RateSchedule rate = {};
  OptimizerOptions optimizer = {};

  /// Of the averaged weights, see AveragedWeights; and steps between updates.
  double average_decay = 0.999;
  int average_every = 4;

  /// Names of parameters that stay, with shell wildcards.
  std::vector<std::string> freeze = {};

  /// Convolutions in bfloat16.
  bool bfloat16 = false;
  torch::Device device = torch::kCPU;

  /// Threads that decode and augment.
  int loader_threads = 1;

  std::uint64_t seed = 1;

  /// The processes that share the run: its losses are those of one process,
  /// up to rounding. Only rank 0 writes files, validates and reports events.
  RanksSetting ranks = {};

  /// Steps between rows of the log, and seconds between checkpoints.
  std::int64_t log_every = 20;
  double checkpoint_seconds = 180.0;

  /// Without folders there is no validation.
  ValidationOptions validation = {};
  std::int64_t validate_every = 1000;

  /// Goes on from the folder's checkpoint when there is one; otherwise a folder
  /// that has one is refused.
  bool resume = false;
};

/// What is said to the one who waits.
struct EmbedRunEvents {
  /// A row of the log: "loss", "rate", "chips_per_second", ...
  std::function<void(std::int64_t step,
                     const std::map<std::string, double>& figures)>
      logged = nullptr;

  /// With each row of the log when embeddings have collapsed, or triplets teach
  /// nothing more; says what to do.
  std::function<void(std::int64_t step, const std::string& message)> warned =
      nullptr;

  /// After each step, with how many are done.
  std::function<void(std::int64_t done)> stepped = nullptr;
};

/// Trains `graph`, whose contract says how chips are fed, and returns it with
/// the averaged weights. When `stop` says true, which is asked after each
/// step, the run is saved and ends.
///
/// Throws TrainError: bad options or data, a loss that is no number.
Graph RunEmbedTraining(const Graph& graph,
                       const EmbedRunOptions& options,
                       const EmbedRunEvents& events,
                       const std::function<bool()>& stop);

}  // namespace mien::train
