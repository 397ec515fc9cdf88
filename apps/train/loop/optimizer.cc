// SPDX-License-Identifier: Apache-2.0
#include "train/loop/optimizer.h"

#include <cmath>

#include "train/loop/weight_step.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

/// `gradient` with its elements in the order of `weight`'s.
Tensor InOrderOf(const Tensor& gradient, const Tensor& weight) {
  if (gradient.strides() == weight.strides()) {
    return gradient;
  }
  return at::empty_like(weight).copy_(gradient);
}

/// What brings gradients of joint length `norm` to `limit` at most; 0 for no
/// limit.
Tensor ClippingScale(const Tensor& norm, double limit) {
  if (limit <= 0.0) {
    return torch::ones({});
  }
  const Tensor scale = at::full_like(norm, limit) / norm;
  return scale.clamp_max(1.0).to(torch::kFloat32);
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

Tensor Optimizer::GradientNorm() const {
  std::vector<Tensor> gradients;
  for (const Slot& slot : slots_) {
    const Tensor& gradient = slot.parameter.tensor.grad();
    if (gradient.defined()) {
      gradients.push_back(gradient);
    }
  }
  if (gradients.empty()) {
    return torch::zeros({}, torch::kFloat64);
  }
  const Tensor norms = at::stack(at::_foreach_norm(gradients));
  return at::linalg_vector_norm(norms.to(torch::kFloat64));
}

Tensor Optimizer::Step(double rate) {
  const torch::NoGradGuard no_grad;
  const Tensor norm = GradientNorm();
  const Tensor scale = ClippingScale(norm, options_.clip_norm);
  ++steps_;
  const auto t = static_cast<double>(steps_);
  StepNumbers n = {
      .rate = static_cast<float>(rate),
      .keep = 1.0F,
      .gradient_scale = scale.is_cpu() ? scale.item<float>() : 1.0F,
      .momentum = static_cast<float>(options_.momentum),
      .second_momentum = static_cast<float>(options_.second_momentum),
      .epsilon = static_cast<float>(options_.epsilon),
      .first_correction =
          static_cast<float>(1.0 / (1.0 - std::pow(options_.momentum, t))),
      .second_correction = static_cast<float>(
          1.0 / (1.0 - std::pow(options_.second_momentum, t)))};
  for (const bool decays : {false, true}) {
    n.keep =
        static_cast<float>(decays ? 1.0 - rate * options_.weight_decay : 1.0);
    WeightGroup elsewhere;
    for (Slot& slot : slots_) {
      const Tensor& weight = slot.parameter.tensor;
      if (slot.parameter.decays != decays || !weight.grad().defined()) {
        continue;
      }
      const Tensor gradient = InOrderOf(weight.grad(), weight);
      if (weight.is_cpu()) {
        StepOnCpu(
            options_.method, weight, slot.first, slot.second, gradient, n);
      } else {
        elsewhere.weights.push_back(weight);
        elsewhere.first.push_back(slot.first);
        elsewhere.second.push_back(slot.second);
        elsewhere.gradients.push_back(scale.is_cpu() ? gradient
                                                     : gradient * scale);
      }
    }
    StepAnywhere(options_.method, elsewhere, n);
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
