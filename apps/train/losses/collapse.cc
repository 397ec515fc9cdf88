// SPDX-License-Identifier: Apache-2.0
#include "train/losses/collapse.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace mien::train {
namespace {

// Different people are near 0 in a sound network, and below 0.5 in a weak one.
constexpr double kCollapsedSimilarity = 0.95;

// Below one in a thousand a batch teaches next to nothing.
constexpr double kFewActive = 1e-3;

std::string Rounded(double value) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(3) << value;
  return text.str();
}

// Mean of <e_i, e_j> over i != j, and the number of such pairs, from the sum of
// the rows: |sum|^2 holds every pair twice and every row once.
struct PairSum {
  double similarities = 0;
  double num_pairs = 0;
};

PairSum AllPairs(const Tensor& rows) {
  const auto count = static_cast<double>(rows.size(0));
  return {rows.sum(0).square().sum().item<double>() -
              rows.square().sum().item<double>(),
          count * (count - 1)};
}

PairSum NonMatedPairs(const Tensor& rows, const Tensor& labels) {
  const auto [identities, places, counts] = at::_unique2(
      labels, /*sorted=*/true, /*return_inverse=*/true, /*return_counts=*/true);
  const Tensor sums =
      torch::zeros({identities.size(0), rows.size(1)}, rows.options())
          .index_add_(0, places, rows);
  const PairSum all = AllPairs(rows);
  return {all.similarities - (sums.square().sum().item<double>() -
                              rows.square().sum().item<double>()),
          all.num_pairs - (counts * (counts - 1)).sum().item<double>()};
}

}  // namespace

EmbeddingSpread MeasureSpread(const Tensor& embeddings, const Tensor& labels) {
  const torch::NoGradGuard no_grad;
  const Tensor rows = embeddings.detach().to(torch::kFloat64);
  EmbeddingSpread spread;
  spread.is_finite = rows.isfinite().all().item<bool>();
  if (!spread.is_finite || rows.size(0) < 2) return spread;
  spread.variance = (rows - rows.mean(0)).square().sum(1).mean().item<double>();
  const PairSum all = AllPairs(rows);
  spread.mean_similarity = all.similarities / all.num_pairs;
  if (!labels.defined()) return spread;
  const Tensor known = labels.ge(0).nonzero().squeeze(1);
  const PairSum non_mated =
      NonMatedPairs(rows.index_select(0, known), labels.index_select(0, known));
  if (non_mated.num_pairs > 0) {
    spread.non_mated_similarity = non_mated.similarities / non_mated.num_pairs;
  }
  return spread;
}

std::optional<std::string> CollapseMessage(
    const EmbeddingSpread& spread, std::optional<double> active_triplets) {
  if (!spread.is_finite) {
    return "embeddings are not finite; lower the rate, or clip gradients";
  }
  const double similarity =
      spread.non_mated_similarity.value_or(spread.mean_similarity);
  if (similarity > kCollapsedSimilarity) {
    return "embeddings have collapsed: mean similarity of different " +
           std::string(spread.non_mated_similarity ? "identities"
                                                   : "pictures") +
           " is " + Rounded(similarity) +
           "; lower the rate, or begin with semi-hard selection";
  }
  if (active_triplets && *active_triplets < kFewActive) {
    return "the triplets teach nothing more: " +
           Rounded(100 * *active_triplets) +
           " % of them are active; raise the margin, or select batch-hard";
  }
  return std::nullopt;
}

}  // namespace mien::train
