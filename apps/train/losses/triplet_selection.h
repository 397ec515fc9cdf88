// SPDX-License-Identifier: Apache-2.0
//
// Which triplets of a batch the triplet loss is taken of. D is the distance of
// embeddings, m the margin; a triplet is active when D(a,p) - D(a,n) + m > 0.
//
// batch-all    every triplet (Hermans et al. 2017, arXiv:1703.07737, sec. 2)
// batch-hard   for each anchor its farthest positive and its closest negative
//              (same, eq. 5)
// semi-hard    for each ordered mated pair the closest negative that is farther
//              than the positive (Schroff et al. 2015, arXiv:1503.03832, sec.
//              3.2), and where there is none, the farthest negative, as in
//              TensorFlow Addons: such pairs would teach nothing else
// random       for each ordered mated pair one of its active negatives, each as
//              likely: the choice of VGG-Face (Parkhi et al. 2015, BMVC) and of
//              davidsandberg/facenet's train_tripletloss.py
// given        rows 3i, 3i + 1, 3i + 2 (sampler "triplets")
#pragma once

#include <string>

#include "train/losses/loss.h"

namespace mien::train {

enum class TripletSelection : std::uint8_t {
  kBatchAll,
  kBatchHard,
  kSemiHard,
  kRandom,
  kGiven
};

/// Rows of the batch, [T] int64 each.
struct Triplets {
  Tensor anchors;
  Tensor positives;
  Tensor negatives;

  /// Triplets, anchors or pairs that were looked at: of them the share that
  /// gave an active triplet is worth showing. >= T.
  std::int64_t num_considered = 0;

  [[nodiscard]] std::int64_t size() const { return anchors.size(0); }
};

/// `distances` is [B, B] without gradient, `labels` [B] with -1 for rows that
/// are in no triplet. `random` is used by kRandom alone.
///
/// Throws TrainError for kGiven unless B is a multiple of 3.
Triplets SelectTriplets(TripletSelection selection,
                        const Tensor& distances,
                        const Tensor& labels,
                        double margin,
                        torch::Generator random);

}  // namespace mien::train
