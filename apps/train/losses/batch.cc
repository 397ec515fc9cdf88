// SPDX-License-Identifier: Apache-2.0
#include "train/losses/batch.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

#include "train/train_error.h"

namespace mien::train {
namespace {

// Of a squared distance: below it the direction is rounding error in float32.
constexpr double kSmallestSquare = 1e-10;

}  // namespace

LabelledRows SelectLabelled(const LossInput& input, std::string_view loss) {
  if (!input.labels.defined()) {
    throw TrainError(std::string(loss) +
                     " needs labels; this data set has none");
  }
  const std::int64_t num_rows = input.embeddings.size(0);
  if (input.labels.dim() != 1 || input.labels.size(0) != num_rows) {
    throw TrainError(std::string(loss) + ": " +
                     std::to_string(input.labels.numel()) + " labels for " +
                     std::to_string(num_rows) + " rows; must be one per row");
  }
  const Tensor rows = input.labels.ge(0).nonzero().squeeze(1);
  if (rows.size(0) == num_rows) {
    return {input.features, input.embeddings, input.labels};
  }
  return {input.features.index_select(0, rows),
          input.embeddings.index_select(0, rows),
          input.labels.index_select(0, rows)};
}

LabelledRows SelectLabelled(const LossInput& input,
                            std::string_view loss,
                            std::int64_t num_identities) {
  LabelledRows rows = SelectLabelled(input, loss);
  if (rows.size() == 0) return rows;
  const auto largest = rows.labels.max().item<std::int64_t>();
  if (largest >= num_identities) {
    throw TrainError(std::string(loss) + ": label " + std::to_string(largest) +
                     " of " + std::to_string(num_identities) +
                     " identities; must be less");
  }
  return rows;
}

Tensor ZeroLoss(const LossInput& input) {
  return (input.embeddings.sum() + input.features.sum()) * 0;
}

Tensor Normalized(const Tensor& rows) {
  return rows / rows.norm(2, 1, true).clamp_min(1e-12);
}

Tensor SquaredDistances(const Tensor& embeddings) {
  return (2 - 2 * embeddings.matmul(embeddings.t())).clamp_min(0);
}

Tensor SafeSqrt(const Tensor& squares) {
  return squares.clamp_min(kSmallestSquare).sqrt();
}

Tensor MatedMask(const Tensor& labels) {
  return labels.unsqueeze(1).eq(labels.unsqueeze(0)).fill_diagonal_(false);
}

Tensor NonMatedMask(const Tensor& labels) {
  return labels.unsqueeze(1).ne(labels.unsqueeze(0));
}

double Accuracy(const Tensor& scores, const Tensor& labels) {
  return scores.argmax(1).eq(labels).to(torch::kDouble).mean().item<double>();
}

void AddPairSimilarities(const LabelledRows& rows,
                         std::map<std::string, double>& metrics) {
  const torch::NoGradGuard no_grad;
  const Tensor cosines = rows.embeddings.matmul(rows.embeddings.t());
  const auto add = [&](const char* name, const Tensor& mask) {
    const Tensor selected = cosines.masked_select(mask);
    if (selected.size(0) > 0) metrics[name] = selected.mean().item<double>();
  };
  add("mated_similarity", MatedMask(rows.labels));
  add("non_mated_similarity", NonMatedMask(rows.labels));
}

torch::Generator SeededGenerator(std::uint64_t seed) {
  return at::make_generator<at::CPUGeneratorImpl>(seed);
}

Tensor XavierWeight(std::int64_t rows,
                    std::int64_t columns,
                    const LossSetting& setting) {
  const double bound = std::sqrt(6.0 / static_cast<double>(rows + columns));
  Tensor weight = torch::empty({rows, columns}, torch::kFloat32);
  weight.uniform_(-bound, bound, SeededGenerator(setting.seed));
  return weight.to(setting.device).requires_grad_(true);
}

}  // namespace mien::train
