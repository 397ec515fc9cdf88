// SPDX-License-Identifier: Apache-2.0
#include "train/loop/weight_step.h"

#include <ATen/Parallel.h>

#include <cmath>
#include <cstdint>

namespace mien::train {
namespace {

/// Fewest weights that are worth another thread.
constexpr std::int64_t kGrain = 32768;

void SgdRange(float* weight,
              float* velocity,
              const float* gradient,
              std::int64_t count,
              const StepNumbers& n) {
  for (std::int64_t i = 0; i < count; ++i) {
    velocity[i] = n.momentum * velocity[i] + n.gradient_scale * gradient[i];
    weight[i] = n.keep * weight[i] - n.rate * velocity[i];
  }
}

void AdamRange(float* weight,
               float* first,
               float* second,
               const float* gradient,
               std::int64_t count,
               const StepNumbers& n) {
  for (std::int64_t i = 0; i < count; ++i) {
    const float g = n.gradient_scale * gradient[i];
    first[i] = n.momentum * first[i] + (1.0F - n.momentum) * g;
    second[i] =
        n.second_momentum * second[i] + (1.0F - n.second_momentum) * g * g;
    const float root = std::sqrt(second[i] * n.second_correction) + n.epsilon;
    weight[i] =
        n.keep * weight[i] - n.rate * first[i] * n.first_correction / root;
  }
}

float* Elements(const Tensor& tensor) { return tensor.data_ptr<float>(); }

}  // namespace

void StepOnCpu(Method method,
               const Tensor& weight,
               const Tensor& first,
               const Tensor& second,
               const Tensor& gradient,
               const StepNumbers& n) {
  float* w = Elements(weight);
  float* a = Elements(first);
  float* b = method == Method::kAdamW ? Elements(second) : nullptr;
  const float* g = Elements(gradient);
  at::parallel_for(
      0, weight.numel(), kGrain, [&](std::int64_t begin, std::int64_t end) {
        if (method == Method::kAdamW) {
          AdamRange(w + begin, a + begin, b + begin, g + begin, end - begin, n);
        } else {
          SgdRange(w + begin, a + begin, g + begin, end - begin, n);
        }
      });
}

void StepAnywhere(Method method, WeightGroup& group, const StepNumbers& n) {
  if (group.weights.empty()) {
    return;
  }
  const std::vector<Tensor> g =
      at::_foreach_mul(group.gradients, n.gradient_scale);
  at::_foreach_mul_(group.weights, n.keep);
  at::_foreach_mul_(group.first, n.momentum);
  if (method == Method::kSgd) {
    at::_foreach_add_(group.first, g);
    at::_foreach_add_(group.weights, group.first, -n.rate);
    return;
  }
  at::_foreach_add_(group.first, g, 1.0F - n.momentum);
  at::_foreach_mul_(group.second, n.second_momentum);
  at::_foreach_addcmul_(group.second, g, g, 1.0F - n.second_momentum);
  std::vector<Tensor> roots =
      at::_foreach_mul(group.second, n.second_correction);
  at::_foreach_sqrt_(roots);
  at::_foreach_add_(roots, n.epsilon);
  at::_foreach_addcdiv_(
      group.weights, group.first, roots, -n.rate * n.first_correction);
}

}  // namespace mien::train
