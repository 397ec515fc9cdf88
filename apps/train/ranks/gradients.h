// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "train/executor/torch_net.h"
#include "train/ranks/ranks.h"

namespace mien::train {

/// Replaces the gradients of `parameters` by their sums over the ranks.
void AddGradients(Ranks& ranks, const std::vector<Parameter>& parameters);

}  // namespace mien::train
