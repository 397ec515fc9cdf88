// SPDX-License-Identifier: Apache-2.0
//
// What several losses compute of a batch: which rows have a label, and who is
// how far from whom.
#pragma once

#include "train/losses/loss.h"

namespace mien::train {

/// The rows that have a label, in their order. n <= B.
struct LabelledRows {
  Tensor features;    ///< [n, d]
  Tensor embeddings;  ///< [n, d]
  Tensor labels;      ///< [n] int64

  [[nodiscard]] std::int64_t size() const { return labels.size(0); }
};

/// Throws TrainError when `input` has no labels, or not one per row.
LabelledRows SelectLabelled(const LossInput& input, std::string_view loss);

/// LabelledRows of a loss with one weight row per identity.
///
/// Throws TrainError also for a label >= num_identities, with the label.
LabelledRows SelectLabelled(const LossInput& input,
                            std::string_view loss,
                            std::int64_t num_identities);

/// 0, with a gradient of 0 for every embedding and feature.
Tensor ZeroLoss(const LossInput& input);

/// Rows at unit length; a row of zeros stays, with a gradient of 0.
Tensor Normalized(const Tensor& rows);

/// max(0, 2 - 2 cos) of every two rows at unit length: [n, n] of [n, d].
Tensor SquaredDistances(const Tensor& embeddings);

/// sqrt() whose gradient at (and next to) 0 is 0 instead of infinite, so that
/// two equal pictures do not spoil a training run.
Tensor SafeSqrt(const Tensor& squares);

/// [n, n] bool: rows i and j are of one identity, i != j.
Tensor MatedMask(const Tensor& labels);

/// [n, n] bool: rows i and j are of two identities.
Tensor NonMatedMask(const Tensor& labels);

/// Share of rows of `scores` [n, C] that are largest at their label.
double Accuracy(const Tensor& scores, const Tensor& labels);

/// Adds the mean cosine of mated and of non-mated rows, as "mated_similarity"
/// and "non_mated_similarity"; not where there are no such rows.
void AddPairSimilarities(const LabelledRows& rows,
                         std::map<std::string, double>& metrics);

/// Random numbers of a loss: the same for the same seed, whatever else ran.
torch::Generator SeededGenerator(std::uint64_t seed);

/// A [rows, columns] float32 leaf that is learned: Xavier-uniform (Glorot and
/// Bengio 2010), of `setting`'s seed and device.
Tensor XavierWeight(std::int64_t rows,
                    std::int64_t columns,
                    const LossSetting& setting);

}  // namespace mien::train
