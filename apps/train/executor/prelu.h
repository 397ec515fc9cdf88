// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "train/torch.h"

namespace mien::train {

/// max(x, 0) + slope * min(x, 0) (He et al. 2015, arXiv:1502.01852, eq. 1), one
/// slope a channel (extent 1 of `x`), with gradient. On the CPU by kernels of
/// our own for channels-last memory, in float32 and bfloat16, each reading and
/// writing once: libtorch 1.13's takes most of the time of training
/// MobileFaceNet. `slope` is float32, [C], or [1] for all channels.
Tensor Prelu(const Tensor& x, const Tensor& slope);

}  // namespace mien::train
