// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/adamw.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "train/train_error.h"

namespace mien::train {
namespace {

Tensor StepCounter() { return torch::zeros({1}, torch::kInt64); }

}  // namespace

AdamW::AdamW(const TorchNet& net, const AdamWOptions& options)
    : options_(options), steps_(StepCounter()) {
  for (const Parameter& parameter : net.parameters()) {
    if (parameter.tensor.requires_grad()) {
      moments_.push_back({parameter,
                          torch::zeros_like(parameter.tensor),
                          torch::zeros_like(parameter.tensor)});
    }
  }
}

double AdamW::CutGradient() {
  std::vector<Tensor> norms;
  for (const Moments& m : moments_) {
    if (m.parameter.tensor.grad().defined()) {
      norms.push_back(m.parameter.tensor.grad().norm());
    }
  }
  if (norms.empty()) {
    return 0;
  }
  const double norm = torch::stack(norms).norm().item<double>();
  if (norm > options_.max_gradient_norm) {
    for (const Moments& m : moments_) {
      if (m.parameter.tensor.grad().defined()) {
        m.parameter.tensor.mutable_grad().mul_(options_.max_gradient_norm /
                                               norm);
      }
    }
  }
  return norm;
}

double AdamW::Step(double learning_rate) {
  const torch::NoGradGuard no_grad;
  const double norm = CutGradient();
  steps_.add_(1);
  const auto step = static_cast<double>(steps_.item<std::int64_t>());
  const double unbias1 = 1 - std::pow(options_.beta1, step);
  const double unbias2 = 1 - std::pow(options_.beta2, step);
  for (Moments& m : moments_) {
    Tensor weight = m.parameter.tensor;
    const Tensor gradient = weight.grad();
    if (!gradient.defined()) {
      continue;
    }
    m.first.mul_(options_.beta1).add_(gradient, 1 - options_.beta1);
    m.second.mul_(options_.beta2)
        .addcmul_(gradient, gradient, 1 - options_.beta2);
    if (m.parameter.decays) {
      weight.mul_(1 - learning_rate * options_.weight_decay);
    }
    const Tensor scale = (m.second / unbias2).sqrt_().add_(options_.epsilon);
    weight.addcdiv_(m.first, scale, -learning_rate / unbias1);
    weight.mutable_grad().reset();
  }
  return norm;
}

NamedTensors AdamW::State() const {
  NamedTensors state = {{"steps", steps_}};
  for (const Moments& m : moments_) {
    state["first." + m.parameter.name] = m.first;
    state["second." + m.parameter.name] = m.second;
  }
  return state;
}

void AdamW::Restore(const NamedTensors& state) { CopyInto(state, State()); }

MovingAverage::MovingAverage(const TorchNet& net, double decay)
    : net_(net), decay_(decay), steps_(StepCounter()) {
  for (const Parameter& parameter : net.parameters()) {
    pairs_.push_back(
        {parameter.name, parameter.tensor, parameter.tensor.detach().clone()});
  }
  for (const auto& [name, buffer] : net.buffers()) {
    pairs_.push_back({name, buffer, buffer.detach().clone()});
  }
}

void MovingAverage::Update() {
  const torch::NoGradGuard no_grad;
  steps_.add_(1);
  const auto step = static_cast<double>(steps_.item<std::int64_t>());
  const double decay = std::min(decay_, step / (step + 9));
  for (Pair& pair : pairs_) {
    pair.average.lerp_(pair.weight.detach(), 1 - decay);
  }
}

Graph MovingAverage::Export() const {
  const torch::NoGradGuard no_grad;
  std::vector<Tensor> present;
  for (const Pair& pair : pairs_) {
    present.push_back(pair.weight.detach().clone());
    pair.weight.detach().copy_(pair.average);
  }
  Graph graph = net_.Export();
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    pairs_[i].weight.detach().copy_(present[i]);
  }
  return graph;
}

NamedTensors MovingAverage::State() const {
  NamedTensors state = {{"steps", steps_}};
  for (const Pair& pair : pairs_) {
    state["average." + pair.name] = pair.average;
  }
  return state;
}

void MovingAverage::Restore(const NamedTensors& state) {
  CopyInto(state, State());
}

void CopyInto(const NamedTensors& source, const NamedTensors& target) {
  const torch::NoGradGuard no_grad;
  for (const auto& [name, tensor] : target) {
    const auto found = source.find(name);
    if (found == source.end()) {
      throw TrainError("the saved state lacks \"" + name + "\"");
    }
    if (found->second.sizes() != tensor.sizes()) {
      throw TrainError("the saved state of \"" + name +
                       "\" has another shape than the network's");
    }
    tensor.detach().copy_(found->second);
  }
}

double LearningRate(std::int64_t step,
                    std::int64_t steps,
                    std::int64_t warmup_steps,
                    double peak) {
  if (step < warmup_steps) {
    return peak * static_cast<double>(step + 1) /
           static_cast<double>(warmup_steps);
  }
  const double done =
      static_cast<double>(step - warmup_steps) /
      static_cast<double>(std::max<std::int64_t>(1, steps - warmup_steps));
  return 0.5 * peak * (1 + std::cos(std::numbers::pi * std::min(done, 1.0)));
}

}  // namespace mien::train
