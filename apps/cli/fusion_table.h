// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "eval/open_set.h"
#include "mien/result.h"

namespace mien::cli {

/// Prints how well each Fusion finds people again who are enrolled with so many
/// pictures, one block or JSON object for each of `templates_per_person`.
///
/// Errors: those of SearchOpenSet().
Result<void> PrintFusionTable(std::span<const LabelledEmbedding> pictures,
                              std::span<const int> templates_per_person,
                              std::span<const double> fpirs,
                              bool json);

}  // namespace mien::cli
