// SPDX-License-Identifier: Apache-2.0
//
// Chips for training, packed in shards, with who is on them. May use image,
// detect, align and embed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "core/file.h"
#include "data/dataset_format.h"
#include "mien/image.h"
#include "mien/result.h"

namespace mien {

/// A dataset folder, read. The shards are mapped into memory: nothing is read
/// before it is used, and the system may drop it again.
///
///   const auto dataset = ChipDataset::Open("data/celeba");
///   const Result<Image> stored = dataset->Decode(i);  // 144 x 144
///   const Image chip = NetworkChip(*stored, dataset->geometry(), 112);
///
/// Thread safety: const methods may run concurrently.
class ChipDataset {
 public:
  /// Errors:
  /// - kNotFound: no dataset at `folder`.
  /// - kCorruptData: the index is damaged, or a shard is shorter than the index
  ///   says; or `mien prepare` has not finished.
  static Result<ChipDataset> Open(const std::filesystem::path& folder);

  /// Number of chips.
  [[nodiscard]] std::size_t size() const { return records_.size(); }

  /// Labels are in [0, num_identities()), each of them with a chip at least.
  [[nodiscard]] std::int64_t num_identities() const {
    return info_.num_identities;
  }

  /// -1 without one.
  [[nodiscard]] std::int64_t label(std::size_t i) const {
    return records_[i].label;
  }

  [[nodiscard]] const ChipRecord& record(std::size_t i) const {
    return records_[i];
  }

  [[nodiscard]] std::span<const ChipRecord> records() const { return records_; }

  [[nodiscard]] const DatasetInfo& info() const { return info_; }

  [[nodiscard]] const ChipGeometry& geometry() const { return info_.geometry; }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  /// The JPEG file of chip `i` < size(); lives as long as the dataset.
  ///
  /// Errors:
  /// - kCorruptData: the shard holds something else at that place; names it.
  [[nodiscard]] Result<std::span<const std::byte>> Jpeg(std::size_t i) const;

  /// Chip `i` < size(), 8-bit RGB, [chip_px, chip_px, 3] of geometry().
  ///
  /// Errors: those of Jpeg(), and
  /// - kCorruptData: not a JPEG of that size.
  [[nodiscard]] Result<Image> Decode(std::size_t i) const;

 private:
  [[nodiscard]] Error Damaged(std::size_t i, const Error& error) const;

  std::filesystem::path folder_;
  DatasetInfo info_;
  std::vector<ChipRecord> records_;
  std::vector<SharedBytes> shards_;
};

}  // namespace mien
