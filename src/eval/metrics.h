// SPDX-License-Identifier: Apache-2.0
//
// Figures of merit of face comparison, as pure functions over similarities.
// Similarities may be infinite (a failed comparison, see lfw.h), never NaN.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace mien {

/// Error rates of "similarity >= threshold means one person".
struct RocPoint {
  float threshold = 0.0F;

  /// Share of the non-mated comparisons accepted (false match rate).
  double fmr = 0.0;

  /// Share of the mated comparisons accepted, 1 - FNMR; the literature's TAR.
  double tmr = 0.0;
};

/// One point per distinct similarity, thresholds falling, rates rising, after
/// a first point at which nothing is accepted. Empty when either set is.
std::vector<RocPoint> RocCurve(std::span<const float> mated,
                               std::span<const float> non_mated);

/// Area under the ROC curve: the chance that a mated comparison is more similar
/// than a non-mated one, ties counting half. None for an empty set.
std::optional<double> AreaUnderRoc(std::span<const RocPoint> roc);

/// The rate at which FMR equals FNMR, on straight lines between the points.
/// None for an empty set.
std::optional<double> EqualErrorRate(std::span<const RocPoint> roc);

/// The largest share of mated comparisons accepted while at most `fmr` of the
/// non-mated ones are. None for an empty set.
std::optional<double> TrueMatchRateAt(std::span<const RocPoint> roc,
                                      double fmr);

/// Population mean and standard deviation.
struct MeanAndDeviation {
  double mean = 0.0;
  double deviation = 0.0;
};

/// None for no values.
std::optional<MeanAndDeviation> Summarize(std::span<const double> values);

}  // namespace mien
