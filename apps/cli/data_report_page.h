// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "data/dataset.h"
#include "data/dataset_report.h"
#include "mien/result.h"

namespace mien::cli {

/// Writes into `folder`, which is made: people.csv, mislabelled.csv,
/// outliers.csv, duplicates.csv, similar_people.csv with everything, and
/// report.html with the first of each kind as pictures, in one file.
///
/// Errors:
/// - kIo: cannot be written.
/// - those of ChipDataset::Jpeg().
Result<void> WriteDataReport(const ChipDataset& dataset,
                             const DatasetReport& report,
                             const std::filesystem::path& folder);

}  // namespace mien::cli
