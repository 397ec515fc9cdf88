// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "eval/open_set.h"
#include "json.h"
#include "mien/result.h"

namespace mien::cli {

/// What `mien eval identify` came to.
struct IdentifyOutcome {
  const OpenSetSearches& searches;
  std::span<const PromisedRate> promised;
  int num_failed = 0;

  /// The embedder's file name without its ending, its id, and the detector.
  std::string model;
  std::string model_id;
  std::string detector;
};

/// The object that --json prints.
Json IdentifyJson(const IdentifyOutcome& outcome);

/// Writes report.json, roc.csv (FPIR and FNIR), cmc.svg, det.svg, histogram.svg
/// and report.html into `folder`, which is made when missing.
///
/// Errors:
/// - kIo: names the file.
Result<void> WriteIdentifyReport(const IdentifyOutcome& outcome,
                                 const std::filesystem::path& folder);

}  // namespace mien::cli
