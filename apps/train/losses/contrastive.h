// SPDX-License-Identifier: Apache-2.0
//
// Contrastive loss of Siamese training: mated pairs attract each other,
// non-mated pairs closer than the margin m repel each other,
//
//   l(i, j) = 1/2 D^2               mated,      D = ||e_i - e_j||
//             1/2 max(0, m - D)^2   non-mated
//
// (Hadsell et al. 2006, "Dimensionality Reduction by Learning an Invariant
// Mapping", CVPR, eq. 4). On the unit sphere D is in [0, 2]; unrelated
// embeddings are sqrt(2) apart.
//
// pairs=balanced   all pairs of the batch; half the mean over mated ones plus
//                  half the mean over non-mated ones, which are many more
//       all        mean over all pairs of the batch
//       hardest    mean over all mated pairs and as many of the closest
//                  non-mated ones (dlib's loss_metric)
//       given      mean over the pairs of rows 2i and 2i + 1 (sampler "pairs")
//
// Rows without label are in no pair. Metrics: active_pairs (share of the
// non-mated pairs closer than m), mated_similarity and non_mated_similarity
// (mean cosines in the batch).
#pragma once

#include "train/losses/loss.h"
#include "train/spec/spec_options.h"

namespace mien::train {

/// Options: pairs (above), margin in (0, 2].
///
/// The loss throws TrainError for an odd number of rows with pairs=given.
std::unique_ptr<Loss> MakeContrastive(SpecOptions& options,
                                      const LossSetting& setting);

}  // namespace mien::train
