// SPDX-License-Identifier: Apache-2.0
//
// Whether embeddings have collapsed: all pictures at one point, which hard
// triplets above all lead to (the loss then stays at the margin for ever).
#pragma once

#include <optional>
#include <string>

#include "train/torch.h"

namespace mien::train {

/// How embeddings are spread over the unit sphere.
struct EmbeddingSpread {
  bool is_finite = true;  ///< false: the rest is meaningless

  /// Mean squared distance to their mean, in [0, 1]: 1 spread evenly, 0 all at
  /// one point.
  double variance = 1;

  /// Mean cosine of two rows; 0 of fewer than two.
  double mean_similarity = 0;

  /// The same of rows of two identities; nothing without such rows.
  std::optional<double> non_mated_similarity;
};

/// `embeddings` is [n, d] at unit length, of recent batches (a few hundred rows
/// tell enough; time and memory grow with n d). `labels` is [n] with -1 for
/// none, or undefined.
EmbeddingSpread MeasureSpread(const Tensor& embeddings, const Tensor& labels);

/// What is wrong and what to do about it, for the log; nothing when training
/// looks sound. `active_triplets` is the metric of that name, where there is
/// one.
///
/// A network that has just begun may put all pictures close together as well:
/// ask after the warm-up.
std::optional<std::string> CollapseMessage(
    const EmbeddingSpread& spread,
    std::optional<double> active_triplets = std::nullopt);

}  // namespace mien::train
