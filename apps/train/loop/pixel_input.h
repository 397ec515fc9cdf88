// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mien/model.h"
#include "train/torch.h"

namespace mien::train {

/// RGB chips [B, S, S, 3] of levels in [0, 255] as the network of `contract`
/// reads them: float32 [B, 3, S, S] in its colour order, (x - mean) /
/// deviation, on the device of `pixels`. The memory order stays channels last.
Tensor NetworkInput(const Tensor& pixels, const ModelContract& contract);

}  // namespace mien::train
