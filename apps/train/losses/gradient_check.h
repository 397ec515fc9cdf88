// SPDX-License-Identifier: Apache-2.0
//
// For tests of losses: batches from literal numbers, and autograd's gradients
// against central differences in float64.
#pragma once

#include <functional>
#include <vector>

#include "train/losses/batch.h"
#include "train/losses/loss.h"

namespace mien::train {

/// Rows of numbers, float64.
inline Tensor Rows(const std::vector<std::vector<double>>& rows) {
  std::vector<double> all;
  for (const auto& row : rows) all.insert(all.end(), row.begin(), row.end());
  return torch::tensor(all, torch::kFloat64)
      .view({static_cast<std::int64_t>(rows.size()), -1});
}

inline Tensor Labels(const std::vector<std::int64_t>& labels) {
  return torch::tensor(labels, torch::kInt64);
}

/// What a network that put out `features` hands to its loss.
inline LossInput InputOf(const Tensor& features,
                         const Tensor& labels = {},
                         const Tensor& teacher = {}) {
  return {features, Normalized(features), labels, teacher};
}

/// A batch of `num_rows` random rows of 5 features, the same for the same seed.
inline Tensor RandomRows(std::int64_t num_rows, std::uint64_t seed = 7) {
  return torch::randn({num_rows, 5}, SeededGenerator(seed), torch::kFloat64);
}

/// (f(x + h) - f(x - h)) / 2h of every element of `x`, h = 1e-5; float64, in
/// the shape of `x`.
inline Tensor CentralDifferences(
    const std::function<double(const Tensor&)>& function, const Tensor& x) {
  constexpr double kStep = 1e-5;
  const torch::NoGradGuard no_grad;
  Tensor differences = torch::empty_like(x, torch::kFloat64).contiguous();
  for (std::int64_t i = 0; i < x.numel(); ++i) {
    const auto at_offset = [&](double offset) {
      const Tensor moved = x.to(torch::kFloat64).clone().contiguous();
      moved.view(-1)[i].add_(offset);
      return function(moved);
    };
    differences.view(-1)[i] =
        (at_offset(kStep) - at_offset(-kStep)) / (2 * kStep);
  }
  return differences;
}

/// The largest difference between autograd's gradient of `loss` in the features
/// of its rows and central differences.
inline double FeatureGradientError(Loss& loss,
                                   const Tensor& features,
                                   const Tensor& labels = {},
                                   const Tensor& teacher = {}) {
  const auto loss_of = [&](const Tensor& x) {
    return loss(InputOf(x, labels, teacher)).loss;
  };
  const Tensor x = features.detach().clone().requires_grad_(true);
  loss_of(x).backward();
  const Tensor expected = CentralDifferences(
      [&](const Tensor& moved) { return loss_of(moved).item<double>(); }, x);
  return (x.grad() - expected).abs().max().item<double>();
}

/// The same in the `index`-th parameter of `loss`, which becomes float64.
inline double ParameterGradientError(Loss& loss,
                                     std::size_t index,
                                     const LossInput& input) {
  Tensor parameter = loss.parameters().at(index).second;
  const Tensor start = parameter.detach().to(torch::kFloat64);
  parameter.set_data(start);
  parameter.mutable_grad() = Tensor();
  loss(input).loss.backward();
  const Tensor expected = CentralDifferences(
      [&](const Tensor& moved) {
        parameter.set_data(moved);
        return loss(input).loss.item<double>();
      },
      start);
  return (parameter.grad() - expected).abs().max().item<double>();
}

/// Whether the gradient of `loss` in the features is finite everywhere.
inline bool HasFiniteGradient(Loss& loss,
                              const Tensor& features,
                              const Tensor& labels = {},
                              const Tensor& teacher = {}) {
  const Tensor x = features.detach().clone().requires_grad_(true);
  loss(InputOf(x, labels, teacher)).loss.backward();
  return x.grad().isfinite().all().item<bool>();
}

}  // namespace mien::train
