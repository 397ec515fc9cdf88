// SPDX-License-Identifier: Apache-2.0
//
// What `mien eval lfw` and `mien eval pairs` have in common: methods compared
// on one list of pairs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common_options.h"
#include "eval/pair_scores.h"
#include "exit_code.h"
#include "mien/result.h"

namespace mien::cli {

struct PairArguments {
  CommonOptions common;
  std::string root;

  /// "network", "lbp", "eigenfaces".
  std::vector<std::string> methods = {"network"};

  /// "plain" or "davidsandberg".
  std::string protocol = "plain";

  /// Of davidsandberg: 0 for squared distance, 1 for the angle.
  int distance_metric = 0;
  bool subtract_mean = false;

  /// The pictures are chips already.
  bool aligned = false;

  /// Folder for the report; empty for none.
  std::string report;
};

/// One method on one list of pairs.
struct MethodOutcome {
  /// "network", "lbp" or "eigenfaces".
  std::string method;
  std::string name;
  std::string id;
  PairScores scores;
  VerificationFigures figures;

  /// Mean over the folds and its deviation; of a list without folds the best on
  /// these very pairs.
  double accuracy = 0.0;
  double accuracy_deviation = 0.0;

  /// Of the folds' mean curve under davidsandberg, else over all comparisons.
  std::optional<double> auc;
  std::optional<double> eer;
};

struct PairOutcome {
  /// "LFW View 2", ...
  std::string set;

  /// How it was measured, in words.
  std::string protocol;

  /// The detector's name, or "none" for pictures that are chips.
  std::string detector;
  std::string precision;
  int num_folds = 1;
  std::vector<MethodOutcome> methods;
};

/// --root, --method, --protocol, --distance-metric, --subtract-mean, --aligned,
/// --report, and the flags of detector and embedder.
void AddPairFlags(CLI::App& command, PairArguments& arguments);

/// Runs every method on the pairs of `list`, called `set`.
///
/// Errors: those of LoadDetector(), LoadEmbedder(), DescribePairs() and
/// ScorePairs().
Result<PairOutcome> EvaluatePairs(const PairList& list,
                                  const std::string& set,
                                  const PairArguments& arguments);

/// Prints the outcome as text, or as one JSON object per method.
void PrintPairOutcome(const PairOutcome& outcome, bool json);

/// EvaluatePairs(), PrintPairOutcome(), and the report where one is wanted.
Result<ExitCode> RunPairEvaluation(const Result<PairList>& list,
                                   const std::string& set,
                                   const PairArguments& arguments);

}  // namespace mien::cli
