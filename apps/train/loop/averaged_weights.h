// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "train/executor/torch_net.h"
#include "train/torch.h"

namespace mien::train {

/// An exponential moving average of a network's weights and statistics, which
/// answers better than the last weights do (Polyak and Juditsky 1992).
///
/// Thread safety: none.
class AveragedWeights {
 public:
  /// `decay` in [0, 1): average = decay average + (1 - decay) weights. Early in
  /// a run less is kept, (1 + t) / (10 + t) at most, so that the random
  /// beginning is soon forgotten. 0 follows the weights.
  AveragedWeights(const TorchNet& net, double decay);

  /// Takes in the present weights.
  void Update();

  /// Exchanges the average with the network's weights; a second call undoes it.
  void Swap();

  /// To save; filled in place on loading.
  [[nodiscard]] std::vector<std::pair<std::string, Tensor>> state() const;

  /// Updates so far, to be saved too.
  [[nodiscard]] std::int64_t updates() const { return updates_; }

  void set_updates(std::int64_t updates) { updates_ = updates; }

 private:
  struct Entry {
    std::string name;
    Tensor live;
    Tensor average;
  };

  std::vector<Entry> entries_;
  double decay_;
  std::int64_t updates_ = 0;
};

/// Swaps a network's weights for their average while it lives.
class AverageInUse {
 public:
  explicit AverageInUse(AveragedWeights& average) : average_(average) {
    average_.Swap();
  }

  AverageInUse(const AverageInUse&) = delete;
  AverageInUse& operator=(const AverageInUse&) = delete;

  ~AverageInUse() { average_.Swap(); }

 private:
  AveragedWeights& average_;
};

}  // namespace mien::train
