// SPDX-License-Identifier: Apache-2.0
//
// Centre loss: draws features to a moving centre of their identity,
//
//   L = mean_i 1/2 ||x_i - c_{y_i}||^2
//   c_j <- c_j - rate * sum_{i: y_i = j} (c_j - x_i) / (1 + n_j)
//
// with n_j rows of identity j in the batch (Wen et al. 2016, "A Discriminative
// Feature Learning Approach for Deep Face Recognition", ECCV, eq. 2 to 4; the
// mean over rows takes the place of their sum). It tells no identities apart by
// itself: use it as "softmax+centre=0.003".
//
// Centres begin at 0 and move only where gradients are recorded, so validation
// leaves them. Rows without label are skipped. Metric: centre_distance (mean
// ||x - c||).
#pragma once

#include "train/losses/loss.h"
#include "train/spec/spec_options.h"

namespace mien::train {

/// Option: rate, in [0, 1]. Buffer: centre.centres [C, d].
///
/// Throws TrainError when `setting` has no identities.
std::unique_ptr<Loss> MakeCentre(SpecOptions& options,
                                 const LossSetting& setting);

}  // namespace mien::train
