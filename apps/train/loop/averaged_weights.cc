// SPDX-License-Identifier: Apache-2.0
#include "train/loop/averaged_weights.h"

#include <algorithm>

namespace mien::train {

AveragedWeights::AveragedWeights(const TorchNet& net, double decay)
    : decay_(decay) {
  const torch::NoGradGuard no_grad;
  for (const Parameter& parameter : net.parameters()) {
    entries_.push_back(
        {parameter.name, parameter.tensor, parameter.tensor.clone()});
  }
  for (const auto& [name, tensor] : net.buffers()) {
    entries_.push_back({name, tensor, tensor.clone()});
  }
}

void AveragedWeights::Update() {
  const torch::NoGradGuard no_grad;
  ++updates_;
  const auto t = static_cast<double>(updates_);
  const double keep = std::min(decay_, (1.0 + t) / (10.0 + t));
  for (Entry& entry : entries_) {
    entry.average.lerp_(entry.live, 1.0 - keep);
  }
}

void AveragedWeights::Swap() {
  const torch::NoGradGuard no_grad;
  for (Entry& entry : entries_) {
    const Tensor kept = entry.live.clone();
    entry.live.copy_(entry.average);
    entry.average.copy_(kept);
  }
}

std::vector<std::pair<std::string, Tensor>> AveragedWeights::state() const {
  std::vector<std::pair<std::string, Tensor>> all;
  for (const Entry& entry : entries_) {
    all.emplace_back(entry.name, entry.average);
  }
  return all;
}

}  // namespace mien::train
