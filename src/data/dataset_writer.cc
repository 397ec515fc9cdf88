// SPDX-License-Identifier: Apache-2.0
#include "data/dataset_writer.h"

#include <array>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

#include "core/file.h"
#include "data/csv.h"
#include "data/tar.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

const std::array<std::string, 2> kDroppedColumns = {"source", "reason"};

/// A tar file ends with two blocks of zeros.
constexpr std::array<std::byte, 2 * kTarBlock> kTarEnd = {};

Result<void> CheckSame(const fs::path& folder,
                       const DatasetInfo& there,
                       const DatasetInfo& wanted) {
  if (there.geometry == wanted.geometry && there.detector == wanted.detector &&
      there.faces == wanted.faces &&
      there.jpeg_quality == wanted.jpeg_quality) {
    return {};
  }
  return Error{ErrorCode::kAlreadyExists,
               folder.string() + ": holds chips of " +
                   std::to_string(there.geometry.template_px) + " + 2 x " +
                   std::to_string(there.geometry.margin_px) +
                   " pixels, faces " + there.faces + ", detector " +
                   there.detector +
                   "; give the same options or another folder"};
}

/// How many of `records` are whole: the chips of the last picture may lack some
/// of its faces, and after a loss of power the shard some bytes. The first
/// `sound` are known to be.
std::size_t CountWhole(const std::vector<ChipRecord>& records,
                       const fs::path& folder,
                       std::size_t sound) {
  std::size_t whole = records.size();
  const auto drop_last_picture = [&] {
    const std::string source = records[whole - 1].source;
    while (whole > sound && records[whole - 1].source == source) {
      --whole;
    }
  };
  const auto is_stored = [&](const ChipRecord& record) {
    std::error_code error;
    const auto size = fs::file_size(folder / ShardName(record.shard), error);
    return !error && size >= record.offset + TarPadded(record.bytes);
  };
  if (whole > sound) {
    drop_last_picture();
  }
  while (whole > sound && !is_stored(records[whole - 1])) {
    drop_last_picture();
  }
  return whole;
}

void RemoveShardsFrom(const fs::path& folder, int shard) {
  std::error_code ignored;
  while (fs::remove(folder / ShardName(shard), ignored)) {
    ++shard;
  }
}

}  // namespace

Result<DatasetWriter> DatasetWriter::Open(const fs::path& folder,
                                          const DatasetInfo& info,
                                          std::uint64_t shard_bytes) {
  MIEN_RETURN_IF_ERROR(info.geometry.Validate());
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return Error{ErrorCode::kIo, folder.string() + ": " + error.message()};
  }
  DatasetWriter writer(folder, shard_bytes);
  MIEN_RETURN_IF_ERROR(writer.Restore(info));
  return writer;
}

Result<void> DatasetWriter::Restore(const DatasetInfo& info) {
  info_ = info;
  info_.complete = false;
  info_.num_chips = 0;
  info_.num_identities = 0;
  if (!fs::exists(folder_ / kInfoFile)) {
    RemoveShardsFrom(folder_, 0);
    MIEN_ASSIGN_OR_RETURN(chips_, AppendFile::Open(folder_ / kChipsFile, 0));
    MIEN_RETURN_IF_ERROR(chips_->Append(ChipsHeader()));
    MIEN_ASSIGN_OR_RETURN(dropped_,
                          AppendFile::Open(folder_ / kDroppedFile, 0));
    MIEN_RETURN_IF_ERROR(dropped_->Append(CsvLine(kDroppedColumns)));
    return WriteDatasetInfo(folder_, info_);
  }
  MIEN_ASSIGN_OR_RETURN(const DatasetInfo there, ReadDatasetInfo(folder_));
  MIEN_RETURN_IF_ERROR(CheckSame(folder_, there, info));
  info_.complete = there.complete;
  MIEN_RETURN_IF_ERROR(RestoreChips(static_cast<std::size_t>(there.num_chips)));
  return RestoreDropped();
}

Result<void> DatasetWriter::RestoreChips(std::size_t sound) {
  const fs::path index = folder_ / kChipsFile;
  MIEN_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(index));
  Result<ParsedChips> parsed = ParseChips(text);
  if (!parsed) {
    return parsed.error().WithContext(index.string());
  }
  std::vector<ChipRecord>& records = parsed->records;
  records.resize(CountWhole(records, folder_, sound));
  for (const ChipRecord& record : records) {
    Remember(record);
  }
  MIEN_ASSIGN_OR_RETURN(
      chips_,
      AppendFile::Open(index,
                       records.empty() ? ChipsHeader().size()
                                       : parsed->ends[records.size() - 1]));
  if (records.empty()) {
    RemoveShardsFrom(folder_, 0);
    return {};
  }
  const ChipRecord& last = records.back();
  RemoveShardsFrom(folder_, last.shard + 1);
  shard_index_ = last.shard;
  shard_size_ = last.offset + TarPadded(last.bytes);
  return {};
}

Result<void> DatasetWriter::RestoreDropped() {
  const fs::path file = folder_ / kDroppedFile;
  MIEN_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(file));
  CsvReader reader(text);
  std::vector<std::string> fields;
  while (reader.Next(fields)) {
    if (reader.line() > 1) {
      sources_.insert(fields[0]);
    }
  }
  MIEN_ASSIGN_OR_RETURN(dropped_, AppendFile::Open(file, reader.offset()));
  return {};
}

Result<void> DatasetWriter::OpenShard() {
  MIEN_ASSIGN_OR_RETURN(
      shard_, AppendFile::Open(folder_ / ShardName(shard_index_), shard_size_));
  return {};
}

Result<void> DatasetWriter::EndShard() {
  MIEN_RETURN_IF_ERROR(shard_->Append(kTarEnd));
  return shard_->Sync();
}

Result<void> DatasetWriter::MarkIncomplete() {
  if (!info_.complete) {
    return {};
  }
  info_.complete = false;
  return WriteDatasetInfo(folder_, info_);
}

void DatasetWriter::Remember(const ChipRecord& record) {
  sources_.insert(record.source);
  digests_.try_emplace({record.digest, record.identity}, record.source);
  if (record.label >= 0) {
    labels_.try_emplace(record.identity, record.label);
  }
  ++info_.num_chips;
}

std::int64_t DatasetWriter::LabelOf(const std::string& identity) {
  if (identity.empty()) {
    return -1;
  }
  return labels_
      .try_emplace(identity, static_cast<std::int64_t>(labels_.size()))
      .first->second;
}

std::optional<std::string> DatasetWriter::FindDigest(
    const std::string& digest, const std::string& identity) const {
  const auto found = digests_.find({digest, identity});
  return found == digests_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::string> DatasetWriter::Store(const NewChip& chip) {
  // Where it lies: a name that no other chip of the dataset has or gets.
  char name[48];
  std::snprintf(name,
                sizeof(name),
                "%05d-%07llu.jpg",
                shard_index_,
                static_cast<unsigned long long>(shard_->size() / kTarBlock));
  const TarHeader header = MakeTarHeader(name, chip.jpeg.size());
  ChipRecord record = chip.record;
  record.shard = shard_index_;
  record.offset = shard_->size() + kTarBlock;
  record.bytes = static_cast<std::uint32_t>(chip.jpeg.size());
  record.label = LabelOf(record.identity);
  std::vector<std::byte> member(header.begin(), header.end());
  member.insert(member.end(), chip.jpeg.begin(), chip.jpeg.end());
  member.resize(kTarBlock + TarPadded(chip.jpeg.size()));
  MIEN_RETURN_IF_ERROR(shard_->Append(member));
  Remember(record);
  return ToCsv(record);
}

Result<void> DatasetWriter::Add(std::span<const NewChip> chips) {
  MIEN_RETURN_IF_ERROR(MarkIncomplete());
  if (!shard_) {
    MIEN_RETURN_IF_ERROR(OpenShard());
  }
  if (shard_->size() >= shard_bytes_) {
    MIEN_RETURN_IF_ERROR(EndShard());
    ++shard_index_;
    shard_size_ = 0;
    MIEN_RETURN_IF_ERROR(OpenShard());
  }
  std::string lines;
  for (const NewChip& chip : chips) {
    MIEN_ASSIGN_OR_RETURN(const std::string line, Store(chip));
    lines += line;
  }
  return chips_->Append(lines);
}

Result<void> DatasetWriter::Drop(const std::string& source,
                                 const std::string& reason) {
  MIEN_RETURN_IF_ERROR(MarkIncomplete());
  sources_.insert(source);
  return dropped_->Append(CsvLine(std::array<std::string, 2>{source, reason}));
}

Result<DatasetInfo> DatasetWriter::Finish() {
  info_.num_identities = static_cast<std::int64_t>(labels_.size());
  if (!info_.complete) {
    if (!shard_) {
      MIEN_RETURN_IF_ERROR(OpenShard());
    }
    MIEN_RETURN_IF_ERROR(EndShard());
    shard_size_ = shard_->size() - kTarEnd.size();
    shard_.reset();
    MIEN_RETURN_IF_ERROR(chips_->Sync());
    MIEN_RETURN_IF_ERROR(dropped_->Sync());
    info_.complete = true;
    MIEN_RETURN_IF_ERROR(WriteDatasetInfo(folder_, info_));
  }
  return info_;
}

}  // namespace mien
