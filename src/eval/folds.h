// SPDX-License-Identifier: Apache-2.0
//
// Cross-validated verification as in facenet (Sandberg 2018, src/lfw.py and
// src/facenet.py): everything chosen on the other folds, measured on one.
#pragma once

#include <span>
#include <vector>

#include "eval/metrics.h"
#include "eval/pairs.h"
#include "mien/result.h"

namespace mien {

/// A comparison made. One that failed is wrong at every threshold: its distance
/// is infinite when mated, minus infinity when not.
struct Judged {
  double distance = 0.0;
  Truth truth = Truth::kMated;
  int fold = 0;
};

/// What one fold comes to.
struct FoldOutcome {
  /// Share of the fold's pairs decided rightly at `threshold`, the lowest of
  /// those that are best on the other folds: 0.00, 0.01, ... 3.99, one person
  /// when distance < threshold.
  double accuracy = 0.0;
  double threshold = 0.0;

  /// Share of the fold's mated and non-mated pairs accepted at
  /// `validation_threshold`, where the other folds reach the false accept rate
  /// asked for; the literature's VAL and FAR.
  double validation_rate = 0.0;
  double false_accept_rate = 0.0;
  double validation_threshold = 0.0;
};

/// Judges fold `fold` of `pairs`, with `far` as the false accept rate to be
/// reached.
///
/// The threshold of VAL lies on the straight line between the last of 0.000,
/// 0.001, ... 3.999 at which the other folds stay below `far` and the first at
/// which they exceed it; 0 when they never reach it. (facenet interpolates with
/// scipy's interp1d, which is undefined where rates repeat; this is what it
/// does where it is defined.)
FoldOutcome JudgeFold(std::span<const Judged> pairs, int fold, double far);

/// JudgeFold() of each fold.
///
/// Errors:
/// - kInvalidArgument: fewer than two folds, or one without pairs.
Result<std::vector<FoldOutcome>> JudgeFolds(std::span<const Judged> pairs,
                                            int num_folds,
                                            double far = 1e-3);

/// Rates of one fold's pairs at the thresholds 0.00, 0.01, ... 3.99, strictest
/// first; RocPoint::threshold is a distance here. A kind of which there are no
/// pairs has rate 0.
std::vector<RocPoint> FoldRoc(std::span<const Judged> pairs, int fold);

/// The mean of curves of equal length, point by point. Empty for none.
std::vector<RocPoint> MeanRoc(std::span<const std::vector<RocPoint>> curves);

/// The best accuracy over all thresholds 0.00, 0.01, ... 3.99 on `pairs`
/// themselves: optimistic, for lists without folds. 0 for none.
double BestAccuracy(std::span<const Judged> pairs);

}  // namespace mien
