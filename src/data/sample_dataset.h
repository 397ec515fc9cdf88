// SPDX-License-Identifier: Apache-2.0
//
// Small datasets for tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <numbers>
#include <string>
#include <vector>

#include "core/check.h"
#include "data/dataset_writer.h"
#include "data/embedding_file.h"
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

/// A chip's person and the direction of its embedding in the plane.
struct SamplePerson {
  const char* identity;
  double degrees;
};

/// A dataset with a chip for each of `people`, called 0.jpg, 1.jpg, ..., and
/// embeddings of dimension 2.
inline void WritePeople(const std::filesystem::path& folder,
                        const std::vector<SamplePerson>& people,
                        const std::string& model_id = "sha256:t") {
  DatasetWriter writer = OpenWriter(folder);
  auto teacher =
      EmbeddingFileWriter::Open(folder / kTeacherFile, 2, model_id, 1000);
  MIEN_CHECK(teacher);
  for (std::size_t i = 0; i < people.size(); ++i) {
    AddSample(writer, std::to_string(i) + ".jpg", people[i].identity);
    const double angle = people[i].degrees * std::numbers::pi / 180;
    const float row[2] = {static_cast<float>(std::cos(angle)),
                          static_cast<float>(std::sin(angle))};
    MIEN_CHECK(teacher->Append(row));
  }
  MIEN_CHECK(writer.Finish());
}

}  // namespace mien
