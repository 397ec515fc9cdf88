// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/dataset_report.h"

namespace mien {

/// What of a report is to be taken out.
struct PruneChoice {
  bool mislabelled = false;
  bool outliers = false;
  bool duplicates = false;
};

/// Why each chip of `dataset` goes, for RemoveChips(); empty for those that
/// stay. Of two duplicates under one label, or without one, the second goes;
/// under two labels both, since one of them is wrong.
std::vector<std::string> ReasonsToPrune(const ChipDataset& dataset,
                                        const DatasetReport& report,
                                        const PruneChoice& choice);

}  // namespace mien
