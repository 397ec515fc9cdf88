// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "train/torch.h"

namespace mien::train {

/// The device called "cpu", "cuda" or "cuda:1".
///
/// Throws TrainError for another name, and for a GPU that is not there or that
/// this libtorch cannot use.
torch::Device ParseDevice(const std::string& name);

}  // namespace mien::train
