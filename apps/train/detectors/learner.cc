// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/learner.h"

#include <cmath>
#include <string>

#include "train/detectors/checkpoint.h"
#include "train/train_error.h"

namespace mien::train {

Learner::Learner(const Graph& graph, const LearnerOptions& options)
    : options_(options),
      net_(graph, options.net),
      optimizer_(net_, options.optimizer),
      average_(net_, options.average_decay) {}

double Learner::learning_rate() const {
  return LearningRate(
      step_, options_.steps, options_.warmup_steps, options_.learning_rate);
}

double Learner::Learn(const Tensor& loss) {
  if (const double value = loss.item<double>(); !std::isfinite(value)) {
    throw TrainError("the loss is " + std::to_string(value) + " at step " +
                     std::to_string(step_) +
                     "; a lower learning rate may help");
  }
  loss.backward();
  const double norm = optimizer_.Step(learning_rate());
  average_.Update();
  ++step_;
  return norm;
}

void Learner::Save(const std::filesystem::path& path) const {
  NamedTensors state = {{"step", torch::full({1}, step_, torch::kInt64)}};
  AddPrefixed("weights.", WeightsOf(net_), state);
  AddPrefixed("optimizer.", optimizer_.State(), state);
  AddPrefixed("average.", average_.State(), state);
  SaveState(path, state);
}

void Learner::Load(const std::filesystem::path& path) {
  const NamedTensors state = LoadState(path);
  try {
    CopyInto(WithPrefix("weights.", state), WeightsOf(net_));
    optimizer_.Restore(WithPrefix("optimizer.", state));
    average_.Restore(WithPrefix("average.", state));
    const NamedTensors step = {{"step", torch::zeros({1}, torch::kInt64)}};
    CopyInto(state, step);
    step_ = step.at("step").item<std::int64_t>();
  } catch (const TrainError& error) {
    throw TrainError(path.string() + ": " + error.what());
  }
}

}  // namespace mien::train
