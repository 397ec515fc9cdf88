// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/custom_class.h>

#include "train/torch.h"

namespace mien::train {

/// Adds up over the processes that train one network together.
class TensorSum : public torch::CustomClassHolder {
 public:
  /// Replaces `tensor` by the sum of all processes' tensors, which have its
  /// extents and type. Every process calls this in the same order.
  virtual void Add(const Tensor& tensor) = 0;
};

}  // namespace mien::train
