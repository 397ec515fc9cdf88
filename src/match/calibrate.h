// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "mien/model.h"
#include "mien/result.h"

namespace mien {

/// A measured false match rate with its 95 % confidence interval (Wilson 1927),
/// as if the comparisons were independent; those of one person among them are
/// not, so the true interval is wider.
struct MeasuredRate {
  CalibrationPoint point;
  double fmr_low = 0.0;
  double fmr_high = 0.0;
};

/// Measures the calibration curve from the cosine similarities of non-mated
/// comparisons: the similarities that 10 %, 5 %, 2 %, 1 %, ... of them reach,
/// down to the rate that at least ten comparisons stand for.
///
/// Errors:
/// - kInvalidArgument: fewer than 1000 similarities, or one that is not finite.
Result<std::vector<MeasuredRate>> MeasureCalibration(
    std::vector<float> non_mated_similarities);

}  // namespace mien
