// SPDX-License-Identifier: Apache-2.0
#include "data/prune.h"

#include <cstdio>

namespace mien {
namespace {

std::string Number(float value) {
  char text[24];
  std::snprintf(text, sizeof(text), "%.3f", static_cast<double>(value));
  return text;
}

}  // namespace

std::vector<std::string> ReasonsToPrune(const ChipDataset& dataset,
                                        const DatasetReport& report,
                                        const PruneChoice& choice) {
  std::vector<std::string> reasons(dataset.size());
  if (choice.duplicates) {
    for (const DuplicatePair& pair : report.duplicates) {
      const std::string similarity =
          "near duplicate: " + Number(pair.similarity);
      const std::string& first = dataset.record(pair.first).source;
      const std::string& second = dataset.record(pair.second).source;
      reasons[pair.second] = similarity + " " + first;
      if (dataset.label(pair.first) != dataset.label(pair.second)) {
        reasons[pair.first] = similarity + " " + second;
      }
    }
  }
  if (choice.outliers) {
    for (const SuspectChip& chip : report.outliers) {
      reasons[chip.chip] = "like nobody: " + Number(chip.own_similarity);
    }
  }
  if (choice.mislabelled) {
    for (const SuspectChip& chip : report.mislabelled) {
      reasons[chip.chip] = "looks like label " +
                           std::to_string(chip.other_label) + ": " +
                           Number(chip.other_similarity) + ", as its own " +
                           Number(chip.own_similarity);
    }
  }
  return reasons;
}

}  // namespace mien
