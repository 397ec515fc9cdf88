// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "train/torch.h"

namespace mien::train {

/// Lays a neighbour of the batch over some chips, so that a teacher can be
/// asked about faces that nobody has: mixup (Zhang et al. 2018,
/// arXiv:1710.09412).
///
/// Of the chips [B, ...] each is chosen with a probability of `share` and keeps
/// 50 to 100 % of itself; the others stay. Returns float32. Equal seeds and
/// steps blend alike.
Tensor Blend(const Tensor& chips,
             double share,
             std::uint64_t seed,
             std::int64_t step);

}  // namespace mien::train
