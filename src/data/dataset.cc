// SPDX-License-Identifier: Apache-2.0
#include "data/dataset.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "data/tar.h"

namespace mien {
namespace {

/// Labels must be 0 to n - 1 without holes, or a classifier would get outputs
/// for nobody.
Result<void> CheckLabels(const std::vector<ChipRecord>& records,
                         std::int64_t num_identities) {
  if (num_identities < 0 ||
      num_identities > static_cast<std::int64_t>(records.size())) {
    return Error{ErrorCode::kCorruptData,
                 std::to_string(num_identities) + " identities for " +
                     std::to_string(records.size()) + " chips"};
  }
  std::vector<bool> seen(static_cast<std::size_t>(num_identities));
  for (const ChipRecord& record : records) {
    if (record.label >= num_identities) {
      return Error{ErrorCode::kCorruptData,
                   "label " + std::to_string(record.label) + " of " +
                       record.source + "; must be below " +
                       std::to_string(num_identities)};
    }
    if (record.label >= 0) {
      seen[static_cast<std::size_t>(record.label)] = true;
    }
  }
  const auto hole = std::ranges::find(seen, false);
  if (hole != seen.end()) {
    return Error{
        ErrorCode::kCorruptData,
        "label " + std::to_string(hole - seen.begin()) + " has no chip"};
  }
  return {};
}

Result<std::vector<SharedBytes>> MapShards(
    const std::filesystem::path& folder,
    const std::vector<ChipRecord>& records) {
  std::vector<SharedBytes> shards;
  for (const ChipRecord& record : records) {
    const auto shard = static_cast<std::size_t>(record.shard);
    if (shard > shards.size()) {
      return Error{ErrorCode::kCorruptData,
                   "shard " + std::to_string(shard) + " follows shard " +
                       std::to_string(shards.size()) + " in the index"};
    }
    const std::filesystem::path file = folder / ShardName(record.shard);
    if (shard == shards.size()) {
      MIEN_ASSIGN_OR_RETURN(
          SharedBytes bytes,
          MapFile(file, std::numeric_limits<std::size_t>::max()));
      shards.push_back(std::move(bytes));
    }
    const std::size_t size = shards[shard].bytes.size();
    if (record.offset < kTarBlock || record.offset > size ||
        record.bytes > size - record.offset) {
      return Error{ErrorCode::kCorruptData,
                   file.string() + ": has " + std::to_string(size) +
                       " bytes; the index places a chip of " +
                       std::to_string(record.bytes) + " bytes at " +
                       std::to_string(record.offset)};
    }
  }
  return shards;
}

}  // namespace

Result<ChipDataset> ChipDataset::Open(const std::filesystem::path& folder) {
  ChipDataset dataset;
  dataset.folder_ = folder;
  MIEN_ASSIGN_OR_RETURN(dataset.info_, ReadDatasetInfo(folder));
  if (!dataset.info_.complete) {
    return Error{
        ErrorCode::kCorruptData,
        folder.string() + ": not finished; give the same `mien prepare` again"};
  }
  const std::filesystem::path index = folder / kChipsFile;
  MIEN_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(index));
  Result<ParsedChips> parsed = ParseChips(text);
  if (!parsed) {
    return parsed.error().WithContext(index.string());
  }
  dataset.records_ = std::move(parsed->records);
  if (static_cast<std::int64_t>(dataset.size()) != dataset.info_.num_chips) {
    return Error{ErrorCode::kCorruptData,
                 index.string() + ": lists " + std::to_string(dataset.size()) +
                     " chips; must be " +
                     std::to_string(dataset.info_.num_chips)};
  }
  if (const auto checked =
          CheckLabels(dataset.records_, dataset.info_.num_identities);
      !checked) {
    return checked.error().WithContext(index.string());
  }
  MIEN_ASSIGN_OR_RETURN(dataset.shards_, MapShards(folder, dataset.records_));
  return dataset;
}

Error ChipDataset::Damaged(std::size_t i, const Error& error) const {
  const ChipRecord& record = records_[i];
  return {ErrorCode::kCorruptData,
          (folder_ / ShardName(record.shard)).string() + ": chip " +
              std::to_string(i) + " at byte " + std::to_string(record.offset) +
              ": " + error.message};
}

Result<std::span<const std::byte>> ChipDataset::Jpeg(std::size_t i) const {
  const ChipRecord& record = records_[i];
  const auto shard = shards_[static_cast<std::size_t>(record.shard)].bytes;
  const auto header = shard.subspan(record.offset - kTarBlock);
  if (const auto checked =
          CheckTarHeader(header.first<kTarBlock>(), record.bytes);
      !checked) {
    return Damaged(i, checked.error());
  }
  return shard.subspan(record.offset, record.bytes);
}

Result<Image> ChipDataset::Decode(std::size_t i) const {
  MIEN_ASSIGN_OR_RETURN(const std::span<const std::byte> jpeg, Jpeg(i));
  Result<DecodedImage> decoded = DecodeImage(jpeg);
  if (!decoded) {
    return Damaged(i, decoded.error());
  }
  const int side = info_.geometry.chip_px();
  if (decoded->width != side || decoded->height != side) {
    return Damaged(i,
                   {ErrorCode::kCorruptData,
                    "is " + std::to_string(decoded->width) + " x " +
                        std::to_string(decoded->height) + " pixels; must be " +
                        std::to_string(side) + " x " + std::to_string(side)});
  }
  return std::move(decoded->image);
}

}  // namespace mien
