// SPDX-License-Identifier: Apache-2.0
//
// Keeps features short, of all rows, labelled or not:
//
//   L = mean_i || |x_i| + 1e-4 ||_p
//
// as in davidsandberg/facenet's train_softmax.py (prelogits_norm_loss), used
// beside softmax with a weight of 5e-4. Metric: feature_norm (mean ||x||_2).
#pragma once

#include "train/losses/loss.h"
#include "train/spec/spec_options.h"

namespace mien::train {

/// Option: p, >= 1.
std::unique_ptr<Loss> MakePrelogitsNorm(SpecOptions& options,
                                        const LossSetting& setting);

}  // namespace mien::train
