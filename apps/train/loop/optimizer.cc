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
  std::vector<Tensor> gradients;
  for (const Slot& slot : slots_) {
    const Tensor& gradient = slot.parameter.tensor.grad();
    if (gradient.defined()) {
      gradients.push_back(gradient);
    }
  }
  if (gradients.empty()) {
    return 0.0;
  }
  const Tensor norms = at::stack(at::_foreach_norm(gradients));
  return at::linalg_vector_norm(norms.to(torch::kFloat64)).item<double>();
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
        elsewhere.gradients.push_back(gradient);
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
