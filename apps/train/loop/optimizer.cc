// SPDX-License-Identifier: Apache-2.0
#include "train/loop/optimizer.h"

#include <ATen/Parallel.h>

#include <cmath>

#include "train/train_error.h"

namespace mien::train {
namespace {

/// Fewest weights that are worth another thread.
constexpr std::int64_t kGrain = 32768;

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

/// Elements in the order in which they lie in memory; the tensors of a slot
/// share it.
float* Elements(const Tensor& tensor) { return tensor.data_ptr<float>(); }

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

/// The same by libtorch's operations, for other devices.
void StepAnywhere(Method method,
                  const Tensor& weight,
                  const Tensor& first,
                  const Tensor& second,
                  const Tensor& gradient,
                  const StepNumbers& n) {
  const Tensor g = gradient * n.gradient_scale;
  weight.mul_(n.keep);
  if (method == Method::kSgd) {
    first.mul_(n.momentum).add_(g);
    weight.sub_(first, n.rate);
    return;
  }
  first.mul_(n.momentum).add_(g, 1.0F - n.momentum);
  second.mul_(n.second_momentum).addcmul_(g, g, 1.0F - n.second_momentum);
  const Tensor root = (second * n.second_correction).sqrt().add_(n.epsilon);
  weight.addcdiv_(first, root, -n.rate * n.first_correction);
}

/// `gradient` with its elements in the order of `weight`'s.
Tensor InOrderOf(const Tensor& gradient, const Tensor& weight) {
  if (gradient.strides() == weight.strides()) {
    return gradient;
  }
  return at::empty_like(weight).copy_(gradient);
}

}  // namespace

Optimizer::Optimizer(const std::vector<Parameter>& parameters,
                     const OptimizerOptions& options)
    : options_(options) {
  const torch::NoGradGuard no_grad;
  for (const Parameter& parameter : parameters) {
    if (!parameter.tensor.requires_grad()) {
      continue;
    }
    Slot slot = {.parameter = parameter, .first = {}, .second = {}};
    slot.first = at::zeros_like(parameter.tensor);
    if (options.method == Method::kAdamW) {
      slot.second = at::zeros_like(parameter.tensor);
    }
    slots_.push_back(std::move(slot));
  }
}

void Optimizer::ZeroGradients() {
  for (Slot& slot : slots_) {
    slot.parameter.tensor.mutable_grad().reset();
  }
}

double Optimizer::GradientNorm() const {
  double sum = 0.0;
  for (const Slot& slot : slots_) {
    const Tensor& gradient = slot.parameter.tensor.grad();
    if (gradient.defined()) {
      const auto norm = at::linalg_vector_norm(gradient).item<double>();
      sum += norm * norm;
    }
  }
  return std::sqrt(sum);
}

double Optimizer::Step(double rate) {
  const torch::NoGradGuard no_grad;
  const double norm = GradientNorm();
  ++steps_;
  const auto t = static_cast<double>(steps_);
  const bool clips = options_.clip_norm > 0.0 && norm > options_.clip_norm;
  StepNumbers n = {
      .rate = static_cast<float>(rate),
      .keep = 1.0F,
      .gradient_scale =
          static_cast<float>(clips ? options_.clip_norm / norm : 1.0),
      .momentum = static_cast<float>(options_.momentum),
      .second_momentum = static_cast<float>(options_.second_momentum),
      .epsilon = static_cast<float>(options_.epsilon),
      .first_correction =
          static_cast<float>(1.0 / (1.0 - std::pow(options_.momentum, t))),
      .second_correction = static_cast<float>(
          1.0 / (1.0 - std::pow(options_.second_momentum, t)))};
  for (Slot& slot : slots_) {
    const Tensor& weight = slot.parameter.tensor;
    if (!weight.grad().defined()) {
      continue;
    }
    n.keep = static_cast<float>(
        slot.parameter.decays ? 1.0 - rate * options_.weight_decay : 1.0);
    const Tensor gradient = InOrderOf(weight.grad(), weight);
    (weight.is_cpu() ? StepOnCpu : StepAnywhere)(
        options_.method, weight, slot.first, slot.second, gradient, n);
  }
  return norm;
}

std::vector<std::pair<std::string, Tensor>> Optimizer::state() const {
  std::vector<std::pair<std::string, Tensor>> all;
  for (const Slot& slot : slots_) {
    all.emplace_back(slot.parameter.name + "/first", slot.first);
    if (slot.second.defined()) {
      all.emplace_back(slot.parameter.name + "/second", slot.second);
    }
  }
  return all;
}

Method ParseMethod(std::string_view word) {
  if (word == "sgd") {
    return Method::kSgd;
  }
  if (word == "adamw") {
    return Method::kAdamW;
  }
  throw TrainError("the optimizer is \"" + std::string(word) +
                   "\"; must be sgd or adamw");
}

}  // namespace mien::train
