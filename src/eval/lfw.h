// SPDX-License-Identifier: Apache-2.0
//
// Verification on Labeled Faces in the Wild, View 2 (Huang et al. 2007,
// technical report 07-49), from the original pictures to the figures of merit.
// Depends on detect, align and embed.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "eval/pairs.h"
#include "mien/detector.h"
#include "mien/embedder.h"
#include "mien/result.h"

namespace mien {

struct LfwOptions {
  /// Folder that holds Name/Name_0001.jpg.
  std::filesystem::path root;

  /// The list of pairs, see ParsePairs().
  std::filesystem::path pairs;

  /// Threads, each with pictures of its own, >= 1.
  int num_threads = 1;

  /// Called now and then, by one thread at a time, with how many of the
  /// pictures are done. May be empty.
  std::function<void(int done, int total)> progress = nullptr;
};

/// Figures over all pairs. A pair fails when a picture cannot be read or shows
/// no face; it counts as answered wrongly at every threshold.
struct LfwReport {
  int num_pairs = 0;
  int num_failed = 0;

  /// Mean and population deviation over the folds, each at the threshold that
  /// is best on the others; see FoldAccuracies().
  double accuracy = 0.0;
  double accuracy_deviation = 0.0;

  std::optional<double> auc;
  std::optional<double> eer;

  /// 1 - FNMR at a false match rate of 1e-2 and 1e-3; the literature's TAR.
  std::optional<double> tmr_at_fmr_1e2;
  std::optional<double> tmr_at_fmr_1e3;

  /// Cosine similarity at which FMR is at most 1e-3 on these pairs.
  std::optional<float> threshold_at_fmr_1e3;
};

/// Detects, aligns and embeds every picture that the pairs name, once, and
/// compares.
///
/// Errors:
/// - those of LoadPairs() and FoldAccuracies().
/// - kNotFound: `root` holds none of the pictures.
Result<LfwReport> EvaluateLfw(const Detector& detector,
                              const Embedder& embedder,
                              const LfwOptions& options);

}  // namespace mien
