// SPDX-License-Identifier: Apache-2.0
//
// What stands in a dataset folder (docs/data.md): dataset.json, chips.csv,
// dropped.csv, shard-00000.tar, ... Depends on core.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "data/chip_geometry.h"
#include "mien/result.h"

namespace mien {

/// dataset.json: how the chips were made.
struct DatasetInfo {
  ChipGeometry geometry;

  /// The detector's name and the hash of its files.
  std::string detector;

  /// Which faces of a picture were taken: "largest", "central", "all".
  std::string faces = "largest";

  int jpeg_quality = 95;

  /// False while it is being written.
  bool complete = false;

  std::int64_t num_chips = 0;
  std::int64_t num_identities = 0;
};

/// A row of chips.csv: one chip.
struct ChipRecord {
  /// Where its JPEG lies.
  int shard = 0;
  std::uint64_t offset = 0;
  std::uint32_t bytes = 0;

  /// In [0, num_identities), or -1 when nobody knows who it is.
  std::int64_t label = -1;

  /// The person's name in its source; empty without a label.
  std::string identity;

  /// The picture's path as it was given.
  std::string source;

  /// First 16 hex digits of the SHA-256 of the picture's file.
  std::string digest;

  /// Detector confidence, in [0, 1].
  float score = 0.0F;

  /// Shorter side of the face's box in the picture, in pixels.
  float face_px = 0.0F;

  /// See ChipFit.
  float landmark_error_px = 0.0F;
  float covered = 1.0F;

  friend bool operator==(const ChipRecord&, const ChipRecord&) = default;
};

// File names within the folder.
inline constexpr std::string_view kInfoFile = "dataset.json";
inline constexpr std::string_view kChipsFile = "chips.csv";
inline constexpr std::string_view kDroppedFile = "dropped.csv";
inline constexpr std::string_view kTeacherFile = "teacher.f32";

/// "shard-00012.tar".
std::string ShardName(int shard);

/// Errors:
/// - kNotFound, kIo: the file.
/// - kCorruptData: names the key that is missing or wrong.
/// - kUnsupported: written by a newer version.
Result<DatasetInfo> ReadDatasetInfo(const std::filesystem::path& folder);
Result<void> WriteDatasetInfo(const std::filesystem::path& folder,
                              const DatasetInfo& info);

/// The first line of chips.csv.
std::string ChipsHeader();

/// `record` as a line.
std::string ToCsv(const ChipRecord& record);

/// The records of chips.csv, and where each of them ends in the text.
struct ParsedChips {
  std::vector<ChipRecord> records;
  std::vector<std::size_t> ends;
};

/// Reads chips.csv; a last line that was cut off is left out.
///
/// Errors:
/// - kCorruptData: names the line.
Result<ParsedChips> ParseChips(std::string_view text);

}  // namespace mien
