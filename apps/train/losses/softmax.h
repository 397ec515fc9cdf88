// SPDX-License-Identifier: Apache-2.0
//
// Softmax: a linear layer tells the identities apart,
//
//   L = mean_i -sum_j q_ij log p_ij,   p_i = softmax(W x_i + b)
//
// on the features x before they are scaled to unit length, as FaceNet's public
// weights were trained (DeepFace: Taigman et al. 2014, CVPR, sec. 3.2). q is 1
// for the right identity; with smoothing s it is 1 - s + s / C there and s / C
// elsewhere (Szegedy et al. 2016, arXiv:1512.00567, sec. 7).
//
// Rows without label are skipped. Metric: accuracy.
#pragma once

#include "train/losses/loss.h"
#include "train/spec/spec_options.h"

namespace mien::train {

/// Option: smoothing, in [0, 1). Parameters: softmax.weight [C, d],
/// softmax.bias [C].
///
/// Throws TrainError when `setting` has no identities.
std::unique_ptr<Loss> MakeSoftmax(SpecOptions& options,
                                  const LossSetting& setting);

}  // namespace mien::train
