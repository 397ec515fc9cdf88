// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "core/file.h"
#include "data/append_file.h"
#include "data/dataset.h"
#include "mien/result.h"

namespace mien {

/// One embedding per chip of a dataset, mapped into memory: what a teacher
/// network says about it. docs/data.md gives the bytes.
///
/// Thread safety: const methods may run concurrently.
class EmbeddingFile {
 public:
  /// Errors:
  /// - kNotFound, kIo: the file.
  /// - kCorruptData: not such a file, or it ends within a row.
  static Result<EmbeddingFile> Open(const std::filesystem::path& path);

  /// Number of embeddings.
  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] int dimension() const { return dimension_; }

  /// ModelContract::id of the network that made them.
  [[nodiscard]] const std::string& model_id() const { return model_id_; }

  /// Embedding `i` < size(): dimension() values of Euclidean length 1; lives as
  /// long as the file is open.
  [[nodiscard]] std::span<const float> row(std::size_t i) const {
    const auto d = static_cast<std::size_t>(dimension_);
    return {values_ + i * d, d};
  }

 private:
  SharedBytes bytes_;
  const float* values_ = nullptr;
  std::size_t size_ = 0;
  int dimension_ = 0;
  std::string model_id_;
};

/// teacher.f32 of `dataset`.
///
/// Errors: those of EmbeddingFile::Open(), and
/// - kNotFound: there is none; says how to make it.
/// - kCorruptData: it has not a row per chip.
Result<EmbeddingFile> OpenTeacher(const ChipDataset& dataset);

/// Writes such a file row by row.
///
/// Thread safety: one thread at a time.
class EmbeddingFileWriter {
 public:
  /// Makes the file, or opens it to go on behind the last row that is whole,
  /// but with at most `max_rows` of them.
  ///
  /// Errors:
  /// - kModelMismatch: it holds the embeddings of another network.
  /// - kIo: it cannot be written.
  static Result<EmbeddingFileWriter> Open(const std::filesystem::path& path,
                                          int dimension,
                                          const std::string& model_id,
                                          std::size_t max_rows);

  /// Rows so far.
  [[nodiscard]] std::size_t size() const;

  /// Appends `row`, of `dimension` values.
  Result<void> Append(std::span<const float> row);

  /// Waits until all of it is on disk.
  Result<void> Finish() { return file_.Sync(); }

 private:
  EmbeddingFileWriter(AppendFile file, int dimension)
      : file_(std::move(file)), dimension_(dimension) {}

  AppendFile file_;
  int dimension_;
};

}  // namespace mien
