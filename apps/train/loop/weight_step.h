// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "train/loop/optimizer.h"
#include "train/torch.h"

namespace mien::train {

/// Numbers of one step, the same for all weights of a parameter.
struct StepNumbers {
  float rate;
  float keep;  ///< 1 - rate * weight decay
  float gradient_scale;
  float momentum;
  float second_momentum;
  float epsilon;
  float first_correction;   ///< 1 / (1 - beta1^t)
  float second_correction;  ///< 1 / (1 - beta2^t)
};

/// Steps one weight on the CPU, on all of libtorch's threads. Elements are
/// taken in the order in which they lie in memory, which all four share;
/// `second` may be undefined for kSgd.
void StepOnCpu(Method method,
               const Tensor& weight,
               const Tensor& first,
               const Tensor& second,
               const Tensor& gradient,
               const StepNumbers& n);

/// Weights that are stepped together: the same places hold what belongs
/// together.
struct WeightGroup {
  std::vector<Tensor> weights;
  std::vector<Tensor> first;
  std::vector<Tensor> second;  ///< undefined tensors for kSgd
  std::vector<Tensor> gradients;
};

/// StepOnCpu() of all in the group by a few operations, on any device: a GPU
/// needs longer to start one than for most of them. An empty group may be
/// given.
void StepAnywhere(Method method, WeightGroup& group, const StepNumbers& n);

}  // namespace mien::train
