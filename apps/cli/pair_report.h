// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "eval/metrics.h"
#include "eval/pair_scores.h"
#include "json.h"
#include "mien/result.h"
#include "pair_evaluation.h"

namespace mien::cli {

/// VAL of facenet over the folds, and the mean false accept rate there was.
struct Validation {
  MeanAndDeviation rate;
  double false_accept_rate = 0.0;
};

/// None for a list without folds.
std::optional<Validation> ValidationOf(const PairScores& scores);

/// The object that --json prints for a method.
Json MethodJson(const PairOutcome& outcome, const MethodOutcome& method);

/// Writes report.json, roc.csv, roc.svg, det.svg, histogram.svg and report.html
/// into `folder`, which is made when missing.
///
/// Errors:
/// - kIo: names the file.
Result<void> WritePairReport(const PairOutcome& outcome,
                             const std::filesystem::path& folder);

}  // namespace mien::cli
