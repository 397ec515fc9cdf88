// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "train/detectors/adamw.h"

namespace mien::train {

/// Writes `state` whole or not at all, in PyTorch's pickle format, so that
/// Python's torch.load() reads it as well. Throws TrainError naming the path.
void SaveState(const std::filesystem::path& path, const NamedTensors& state);

/// What SaveState() wrote. Throws TrainError naming the path.
NamedTensors LoadState(const std::filesystem::path& path);

/// `state` with `prefix` before each name, added to `all`.
void AddPrefixed(const std::string& prefix,
                 const NamedTensors& state,
                 NamedTensors& all);

/// The entries of `all` whose name begins with `prefix`, without it.
NamedTensors WithPrefix(const std::string& prefix, const NamedTensors& all);

/// Weights and statistics of `net`; the living tensors.
NamedTensors WeightsOf(const TorchNet& net);

}  // namespace mien::train
