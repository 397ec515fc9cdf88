// SPDX-License-Identifier: Apache-2.0
//
// CosFace: softmax on cosines, with a margin m taken from the cosine to the
// right identity's centre,
//
//   L = mean_i -log( e^{s (cos theta_y - m)} / (e^{s (cos theta_y - m)}
//                                               + sum_{j != y} e^{s cos
//                                               theta_j}) )
//
// (Wang et al. 2018, "CosFace: Large Margin Cosine Loss for Deep Face
// Recognition", arXiv:1801.09414, eq. 4). combined_margin.h computes it.
#pragma once

#include "train/losses/loss.h"
#include "train/spec/spec_options.h"

namespace mien::train {

/// Options: scale (s) and margin (m).
std::unique_ptr<Loss> MakeCosFace(SpecOptions& options,
                                  const LossSetting& setting);

}  // namespace mien::train
