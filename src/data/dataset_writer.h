// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "data/append_file.h"
#include "data/dataset_format.h"
#include "mien/result.h"

namespace mien {

/// A chip on its way into a dataset. The writer sets where it lies and its
/// label.
struct NewChip {
  ChipRecord record;
  std::vector<std::byte> jpeg;
};

/// Writes a dataset folder, picture by picture. After a crash at any point
/// Open() goes on behind the last picture that is whole.
///
/// Thread safety: one thread at a time.
class DatasetWriter {
 public:
  /// Shards end with the picture that brings them to this size.
  static constexpr std::uint64_t kShardBytes = 100'000'000;

  /// Makes `folder`, or opens it to go on.
  ///
  /// Errors:
  /// - kAlreadyExists: it holds chips made in another way than `info` says.
  /// - kCorruptData: its index is damaged.
  /// - kIo: it cannot be written.
  static Result<DatasetWriter> Open(const std::filesystem::path& folder,
                                    const DatasetInfo& info,
                                    std::uint64_t shard_bytes = kShardBytes);

  /// Whether a picture has been added or dropped already.
  [[nodiscard]] bool Has(const std::string& source) const {
    return sources_.contains(source);
  }

  /// The source of a chip of `identity` whose picture has this digest.
  [[nodiscard]] std::optional<std::string> FindDigest(
      const std::string& digest, const std::string& identity) const;

  /// Adds all chips of one picture, at least one.
  ///
  /// Errors:
  /// - kIo: cannot be written.
  Result<void> Add(std::span<const NewChip> chips);

  /// States why `source` gives no chip.
  Result<void> Drop(const std::string& source, const std::string& reason);

  /// Ends the shard and marks the dataset as complete.
  Result<DatasetInfo> Finish();

 private:
  explicit DatasetWriter(std::filesystem::path folder,
                         std::uint64_t shard_bytes)
      : folder_(std::move(folder)), shard_bytes_(shard_bytes) {}

  Result<void> Restore(const DatasetInfo& info);
  Result<void> RestoreChips(std::size_t sound);
  Result<void> RestoreDropped();
  Result<void> OpenShard();
  Result<void> EndShard();
  Result<void> MarkIncomplete();
  Result<std::string> Store(const NewChip& chip);
  void Remember(const ChipRecord& record);
  std::int64_t LabelOf(const std::string& identity);

  std::filesystem::path folder_;
  std::uint64_t shard_bytes_;
  DatasetInfo info_;
  std::optional<AppendFile> chips_;
  std::optional<AppendFile> dropped_;
  std::optional<AppendFile> shard_;
  int shard_index_ = 0;
  std::uint64_t shard_size_ = 0;  // where shard_ is opened
  std::unordered_set<std::string> sources_;
  std::map<std::string, std::int64_t> labels_;
  std::map<std::pair<std::string, std::string>, std::string> digests_;
};

}  // namespace mien
