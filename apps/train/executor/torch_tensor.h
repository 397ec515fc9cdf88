// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/tensor.h"
#include "train/torch.h"

namespace mien::train {

torch::ScalarType ScalarTypeOf(DataType type);

/// A copy of the elements, on the CPU.
Tensor TorchFromTensor(const mien::Tensor& tensor);

/// A float32 copy of `tensor`, from any device and in any memory order.
mien::Tensor TensorFromTorch(const Tensor& tensor);

}  // namespace mien::train
