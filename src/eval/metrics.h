// SPDX-License-Identifier: Apache-2.0
//
// Figures of merit of face comparison, as pure functions over similarities.
// Similarities may be infinite (a failed comparison), never NaN.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "match/wilson.h"

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

/// The false non-match rate where at most a share of the non-mated comparisons
/// is accepted.
struct FnmrAtFmr {
  /// The false match rate asked for, and the one there is at `threshold`.
  double fmr = 0.0;
  double measured_fmr = 0.0;

  /// The lowest similarity at which `fmr` is kept.
  float threshold = 0.0F;
  double fnmr = 0.0;

  /// 95 % confidence interval of `fnmr` (Wilson 1927), as if the comparisons
  /// were independent and the threshold given: the true one is wider.
  RateInterval interval;
};

/// None when `num_non_mated` comparisons are too few to tell: when `fmr` of
/// them is less than one; and for an empty curve.
std::optional<FnmrAtFmr> FnmrAt(std::span<const RocPoint> roc,
                                double fmr,
                                std::size_t num_mated,
                                std::size_t num_non_mated);

/// How many of `values` lie in each of `num_bins` equal parts of [low, high];
/// `high` itself is in the last. Others, failures among them, are left out.
std::vector<std::size_t> Histogram(std::span<const float> values,
                                   float low,
                                   float high,
                                   std::size_t num_bins);

/// Population mean and standard deviation.
struct MeanAndDeviation {
  double mean = 0.0;
  double deviation = 0.0;
};

/// None for no values.
std::optional<MeanAndDeviation> Summarize(std::span<const double> values);

}  // namespace mien
