// SPDX-License-Identifier: Apache-2.0
//
// libtorch's tensors and autograd, for every file of the trainer. Compiles
// against 1.13 and 2.x.
#pragma once

#include <torch/autograd.h>
#include <torch/types.h>

namespace mien::train {

using torch::Tensor;

}  // namespace mien::train
