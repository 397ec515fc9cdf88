// SPDX-License-Identifier: Apache-2.0
//
// Keeps people whom a network is tested with out of what it is trained with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset_format.h"
#include "data/nearest_chip.h"
#include "mien/result.h"

namespace mien {

struct ExcludeOptions {
  /// A chip hits when a chip of the other dataset is at least this similar, in
  /// [-1, 1].
  float similarity = 0.55F;

  /// All chips of a person go when at least this share of them hits, in (0, 1],
  float identity_share = 0.3F;

  /// or when at least this many hit chips of one and the same other person,
  /// >= 1; otherwise only those that hit. The second catches people shown at
  /// many ages, of whom few pictures resemble those of the other dataset.
  int same_person_hits = 3;

  int num_threads = 1;
  DataProgress progress = nullptr;
};

/// Which chips to leave out; `nearest[i]` is the chip of `others` that is
/// nearest to `records[i]`.
std::vector<bool> ChooseExcluded(std::span<const ChipRecord> records,
                                 std::span<const NearestChip> nearest,
                                 std::span<const ChipRecord> others,
                                 const ExcludeOptions& options);

struct ExcludeCounts {
  std::int64_t num_chips = 0;
  std::int64_t num_identities = 0;  ///< of whom nothing is left
};

/// Takes the chips for which `reasons[i]` is not empty out of the dataset at
/// `folder`: out of chips.csv and teacher.f32 and into dropped.csv. Labels
/// close up. Their bytes stay in the shards, in no row.
///
/// Errors: those of ChipDataset::Open(), and
/// - kIo: cannot be written.
Result<ExcludeCounts> RemoveChips(const std::filesystem::path& folder,
                                  std::span<const std::string> reasons);

/// Takes out of the dataset at `folder` the chips that resemble one of the
/// dataset at `excluded`. Both need embeddings of the same teacher.
///
/// Errors: those of FindNearestChips() and RemoveChips();
/// - kInvalidArgument: `options` are out of range.
Result<ExcludeCounts> ExcludeSimilar(const std::filesystem::path& folder,
                                     const std::filesystem::path& excluded,
                                     const ExcludeOptions& options);

}  // namespace mien
