// SPDX-License-Identifier: Apache-2.0
//
// L = sum_k weight_k L_k: several losses of one batch.
#pragma once

#include "train/losses/loss.h"

namespace mien::train {

struct WeightedLoss {
  std::string name;
  double weight = 1;
  std::unique_ptr<Loss> loss;
};

/// Metrics: "<name>_loss" of every part before weighting, and the parts' own;
/// where two parts have the same, "<name>_<metric>" for the later one.
std::unique_ptr<Loss> MakeWeightedSum(std::vector<WeightedLoss> parts);

}  // namespace mien::train
