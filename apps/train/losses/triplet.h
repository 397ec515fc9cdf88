// SPDX-License-Identifier: Apache-2.0
//
// Triplet loss: a positive is to be closer to its anchor than a negative, by a
// margin m,
//
//   l(a, p, n) = max(0, D(a,p) - D(a,n) + m)            form=hinge
//                log(1 + e^{D(a,p) - D(a,n)})           form=soft
//
// of the triplets that triplet_selection.h selects. D = ||.||^2 for
// distance=squared (Schroff et al. 2015, "FaceNet", arXiv:1503.03832, eq. 3),
// ||.|| for distance=euclidean (Hermans et al. 2017, arXiv:1703.07737, who also
// have the soft form, sec. 2).
//
// The loss is the mean over the selected triplets, for batch-all and random
// over the active ones: as learning goes on, the many that are not would drown
// them (same, "BA != 0"). With form=soft all triplets are active.
//
// Rows without label are in no triplet. Metrics: active_triplets (share of
// those considered), mated_similarity, non_mated_similarity.
#pragma once

#include "train/losses/loss.h"
#include "train/spec/spec_options.h"

namespace mien::train {

/// Options: selection, margin >= 0, distance, form. Buffer: triplet.draws, how
/// often random selection drew.
std::unique_ptr<Loss> MakeTriplet(SpecOptions& options,
                                  const LossSetting& setting);

}  // namespace mien::train
