// SPDX-License-Identifier: Apache-2.0
//
// Small datasets for tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/check.h"
#include "data/dataset_writer.h"
#include "mien/image.h"

namespace mien {

/// The smallest template there is.
inline constexpr ChipGeometry kSampleGeometry = {.template_px = 16,
                                                 .margin_px = 2};

inline DatasetInfo SampleInfo() {
  DatasetInfo info;
  info.geometry = kSampleGeometry;
  info.detector = "none";
  return info;
}

/// A chip of one level of grey.
inline NewChip SampleChip(const std::string& source,
                          const std::string& identity,
                          std::uint8_t level) {
  Image image(kSampleGeometry.chip_px(), kSampleGeometry.chip_px());
  std::fill(image.pixels().begin(), image.pixels().end(), level);
  NewChip chip;
  chip.record.source = source;
  chip.record.identity = identity;
  chip.record.digest = "digest of " + source;
  chip.jpeg = EncodeJpeg(image, 95).value();
  return chip;
}

/// Adds a picture with one chip.
inline void AddSample(DatasetWriter& writer,
                      const std::string& source,
                      const std::string& identity,
                      std::uint8_t level = 0) {
  const std::vector<NewChip> chips = {SampleChip(source, identity, level)};
  MIEN_CHECK(writer.Add(chips));
}

/// A writer for `folder`, new or resumed.
inline DatasetWriter OpenWriter(
    const std::filesystem::path& folder,
    std::uint64_t shard_bytes = DatasetWriter::kShardBytes) {
  return DatasetWriter::Open(folder, SampleInfo(), shard_bytes).value();
}

}  // namespace mien
