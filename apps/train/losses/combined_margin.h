// SPDX-License-Identifier: Apache-2.0
//
// Softmax on the cosines between embeddings and one learned centre per
// identity, with a margin on the angle theta to the right centre:
//
//   L = mean_i -log( e^{s f(theta_y)} / (e^{s f(theta_y)}
//                                        + sum_{j != y} e^{s cos theta_j}) )
//   f(theta) = cos(m1 theta + m2) - m3
//
// (Deng et al. 2019, arXiv:1801.07698, eq. 4). ArcFace is m2 alone, CosFace m3
// alone, SphereFace m1 alone.
//
// cos() rises again past 180 degrees, which would reward the worst embeddings.
// There f continues as in SphereFace (Liu et al. 2017, arXiv:1704.08063, sec.
// 3.2), decreasing everywhere: (-1)^k cos(t) - 2k with k = floor(t / pi).
//
// Centres have a direction only; they begin at random. Rows without label are
// skipped. Metrics: accuracy (share of rows whose nearest centre is theirs,
// without margin), target_cosine (mean cos theta_y).
#pragma once

#include "train/losses/loss.h"
#include "train/spec/spec_options.h"

namespace mien::train {

struct MarginOptions {
  double scale = 64;  ///< s, > 0
  double m1 = 1;      ///< factor of the angle, >= 1
  double m2 = 0;      ///< added to the angle, radians
  double m3 = 0;      ///< taken from the cosine
};

/// The loss above. `name` begins its messages and the name of its parameter
/// "<name>.centres", [num_identities, d].
///
/// Throws TrainError when `setting` has no identities.
std::unique_ptr<Loss> MakeMarginLoss(std::string_view name,
                                     const MarginOptions& options,
                                     const LossSetting& setting);

/// Options: scale, m1, m2, m3.
std::unique_ptr<Loss> MakeCombinedMargin(SpecOptions& options,
                                         const LossSetting& setting);

/// f for cosines in [-1, 1], of any shape.
Tensor MarginCosine(const Tensor& cosine, const MarginOptions& options);

}  // namespace mien::train
