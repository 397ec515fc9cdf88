// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/learner.h"

#include <cmath>
#include <string>

#include "train/loop/learning_rate.h"
#include "train/train_error.h"

namespace mien::train {

Learner::Learner(const Graph& graph, const LearnerOptions& options)
    : options_(options),
      net_(graph, options.net),
      optimizer_(net_.parameters(), options.optimizer),
      average_(net_, options.average_decay) {}

double Learner::learning_rate() const {
  return train::LearningRate({.peak = options_.learning_rate,
                              .warmup_steps = options_.warmup_steps,
                              .total_steps = options_.steps},
                             step_);
}

void Learner::CheckLoss() const {
  if (!loss_.defined()) {
    return;
  }
  if (const double value = loss_.item<double>(); !std::isfinite(value)) {
    throw TrainError("the loss is " + std::to_string(value) + " at step " +
                     std::to_string(step_) +
                     "; a lower learning rate may help");
  }
}

Tensor Learner::Learn(const Tensor& loss) {
  loss_ = loss.detach();
  if (loss.is_cpu()) {
    CheckLoss();
  }
  optimizer_.ZeroGradients();
  loss.backward();
  const Tensor norm = optimizer_.Step(learning_rate());
  average_.Update();
  ++step_;
  return norm;
}

Graph Learner::Export() {
  const AverageInUse in_use(average_);
  return net_.Export();
}

Checkpoint Learner::State() const {
  Checkpoint state;
  for (const Parameter& parameter : net_.parameters()) {
    state.groups["weights"].emplace_back(parameter.name, parameter.tensor);
  }
  state.groups["statistics"] = net_.buffers();
  state.groups["average"] = average_.state();
  state.groups["optimizer"] = optimizer_.state();
  state.counters = {{"step", step_},
                    {"optimizer_steps", optimizer_.steps()},
                    {"average_updates", average_.updates()}};
  return state;
}

void Learner::Save(const std::filesystem::path& path) const {
  CheckLoss();
  SaveCheckpoint(State(), path);
}

void Learner::Load(const std::filesystem::path& path) {
  Checkpoint state = State();
  LoadCheckpoint(path, state);
  step_ = state.counters.at("step");
  optimizer_.set_steps(state.counters.at("optimizer_steps"));
  average_.set_updates(state.counters.at("average_updates"));
}

}  // namespace mien::train
