// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mien/model.h"
#include "train/torch.h"

namespace mien::train {

/// 8-bit RGB chips [B, S, S, 3] as the network of `contract` reads them:
/// float32 [B, 3, S, S] in its colour order, (x - mean) / deviation. The memory
/// order stays channels last.
Tensor NetworkInput(const Tensor& pixels, const ModelContract& contract);

}  // namespace mien::train
