// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/embedding_file.h"

namespace mien::train {

/// Several datasets as one list of chips, labels made to differ between them,
/// with the teacher's embeddings where wanted.
///
/// Thread safety: const methods may run concurrently.
class ChipSource {
 public:
  enum class Teacher : std::uint8_t { kNone, kWanted };

  /// Opens the folders; `kWanted` also opens the teacher's embeddings of each.
  ///
  /// Throws TrainError for folders that are no dataset, for teachers that
  /// differ between them or lack rows, for chips of different geometry.
  ChipSource(std::span<const std::filesystem::path> folders, Teacher teacher);

  [[nodiscard]] std::int64_t size() const {
    return static_cast<std::int64_t>(labels_.size());
  }

  /// Identity of each chip in [0, num_identities()), -1 where unknown.
  [[nodiscard]] std::span<const std::int64_t> labels() const { return labels_; }

  [[nodiscard]] std::int64_t num_identities() const { return num_identities_; }

  /// Length of the teacher's embeddings, 0 without a teacher.
  [[nodiscard]] int teacher_size() const;

  /// The teacher's embedding of chip `i`, teacher_size() values.
  [[nodiscard]] std::span<const float> teacher(std::int64_t i) const;

  [[nodiscard]] const ChipGeometry& geometry() const {
    return parts_[0].dataset.geometry();
  }

  /// The stored chip `i`. Errors: those of ChipDataset::Decode().
  [[nodiscard]] Result<Image> Decode(std::int64_t i) const;

  /// The path of the picture that chip `i` was cut from.
  [[nodiscard]] const std::string& source(std::int64_t i) const;

 private:
  struct Part {
    ChipDataset dataset;
    std::optional<EmbeddingFile> teacher;
    std::int64_t first_chip = 0;
  };

  [[nodiscard]] const Part& PartOf(std::int64_t i) const;
  void Add(const std::filesystem::path& folder, Teacher teacher);

  std::vector<Part> parts_;
  std::vector<std::int64_t> labels_;
  std::int64_t num_identities_ = 0;
};

}  // namespace mien::train
