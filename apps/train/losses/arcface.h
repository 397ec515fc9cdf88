// SPDX-License-Identifier: Apache-2.0
//
// ArcFace: softmax on cosines, with a margin m added to the angle to the right
// identity's centre,
//
//   L = mean_i -log( e^{s cos(theta_y + m)} / (e^{s cos(theta_y + m)}
//                                              + sum_{j != y} e^{s cos
//                                              theta_j}) )
//
// (Deng et al. 2019, "ArcFace: Additive Angular Margin Loss for Deep Face
// Recognition", arXiv:1801.07698, eq. 3). combined_margin.h computes it and
// says what happens past 180 degrees.
#pragma once

#include "train/losses/loss.h"
#include "train/spec/spec_options.h"

namespace mien::train {

/// Options: scale (s) and margin (m, radians).
std::unique_ptr<Loss> MakeArcFace(SpecOptions& options,
                                  const LossSetting& setting);

}  // namespace mien::train
