// SPDX-License-Identifier: Apache-2.0
#include "data/dataset_format.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/file.h"
#include "data/csv.h"

namespace mien {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "mien chips";
constexpr int kVersion = 1;
constexpr std::size_t kMaxInfoBytes = std::size_t{1} << 20U;

const std::array<std::string, 11> kColumns = {"shard",
                                              "offset",
                                              "bytes",
                                              "label",
                                              "identity",
                                              "source",
                                              "digest",
                                              "score",
                                              "face_px",
                                              "landmark_error_px",
                                              "covered"};

template <typename T>
bool Parse(const std::string& text, T& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

std::string FloatText(float value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.4g", static_cast<double>(value));
  return text;
}

std::optional<ChipRecord> ToRecord(const std::vector<std::string>& fields) {
  ChipRecord record;
  if (fields.size() != kColumns.size() || !Parse(fields[0], record.shard) ||
      !Parse(fields[1], record.offset) || !Parse(fields[2], record.bytes) ||
      !Parse(fields[3], record.label) || !Parse(fields[7], record.score) ||
      !Parse(fields[8], record.face_px) ||
      !Parse(fields[9], record.landmark_error_px) ||
      !Parse(fields[10], record.covered) || record.shard < 0 ||
      record.label < -1) {
    return std::nullopt;
  }
  record.identity = fields[4];
  record.source = fields[5];
  record.digest = fields[6];
  return record;
}

DatasetInfo InfoFrom(const Json& json) {
  DatasetInfo info;
  info.geometry.template_px = json.at("template_px").get<int>();
  info.geometry.margin_px = json.at("margin_px").get<int>();
  info.detector = json.at("detector").get<std::string>();
  info.faces = json.at("faces").get<std::string>();
  info.jpeg_quality = json.at("jpeg_quality").get<int>();
  info.complete = json.at("complete").get<bool>();
  info.num_chips = json.at("num_chips").get<std::int64_t>();
  info.num_identities = json.at("num_identities").get<std::int64_t>();
  return info;
}

}  // namespace

std::string ShardName(int shard) {
  char name[32];
  std::snprintf(name, sizeof(name), "shard-%05d.tar", shard);
  return name;
}

Result<DatasetInfo> ReadDatasetInfo(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kInfoFile;
  MIEN_ASSIGN_OR_RETURN(const std::string text,
                        ReadTextFile(file, kMaxInfoBytes));
  try {
    const Json json = Json::parse(text);
    if (json.at("format") != kFormat) {
      return Error{ErrorCode::kCorruptData,
                   file.string() + ": format is not \"" + kFormat + "\""};
    }
    if (const int version = json.at("version").get<int>();
        version != kVersion) {
      return Error{ErrorCode::kUnsupported,
                   file.string() + ": version is " + std::to_string(version) +
                       "; this program reads " + std::to_string(kVersion)};
    }
    DatasetInfo info = InfoFrom(json);
    if (const auto valid = info.geometry.Validate(); !valid) {
      return Error{ErrorCode::kCorruptData, valid.error().message}.WithContext(
          file.string());
    }
    return info;
  } catch (const Json::exception& error) {
    return Error{ErrorCode::kCorruptData, file.string() + ": " + error.what()};
  }
}

Result<void> WriteDatasetInfo(const std::filesystem::path& folder,
                              const DatasetInfo& info) {
  const Json json = {{"format", kFormat},
                     {"version", kVersion},
                     {"complete", info.complete},
                     {"num_chips", info.num_chips},
                     {"num_identities", info.num_identities},
                     {"template", "arcface"},
                     {"chip_px", info.geometry.chip_px()},
                     {"template_px", info.geometry.template_px},
                     {"margin_px", info.geometry.margin_px},
                     {"jpeg_quality", info.jpeg_quality},
                     {"faces", info.faces},
                     {"detector", info.detector}};
  return WriteFileAtomically(folder / kInfoFile, json.dump(2) + '\n');
}

std::string ChipsHeader() { return CsvLine(kColumns); }

std::string ToCsv(const ChipRecord& record) {
  const std::array<std::string, kColumns.size()> fields = {
      std::to_string(record.shard),
      std::to_string(record.offset),
      std::to_string(record.bytes),
      std::to_string(record.label),
      record.identity,
      record.source,
      record.digest,
      FloatText(record.score),
      FloatText(record.face_px),
      FloatText(record.landmark_error_px),
      FloatText(record.covered)};
  return CsvLine(fields);
}

Result<ParsedChips> ParseChips(std::string_view text) {
  CsvReader reader(text);
  std::vector<std::string> fields;
  ParsedChips parsed;
  if (!reader.Next(fields) || CsvLine(fields) != ChipsHeader()) {
    return Error{ErrorCode::kCorruptData,
                 "line 1: the columns are not those of a chip index"};
  }
  while (reader.Next(fields)) {
    std::optional<ChipRecord> record = ToRecord(fields);
    if (!record) {
      return Error{
          ErrorCode::kCorruptData,
          "line " + std::to_string(reader.line()) + ": not a chip's row"};
    }
    parsed.records.push_back(*std::move(record));
    parsed.ends.push_back(reader.offset());
  }
  return parsed;
}

}  // namespace mien
