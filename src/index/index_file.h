// SPDX-License-Identifier: Apache-2.0
//
// The int8 rows of an index, or the graph over them, in a file beside what it
// was made from, so that a program that starts need not make them again. Bytes
// (little endian):
//
//   4096          header: IndexFileHeader, then zeros
//   chunks        each as RowChunk describes; the last one whole, too; none in
//                 a file without rows
//   8 n           ids of the n rows; kWipedRow where a row was wiped
//   8 m           numbers of the owner's own
//   64 (chunks + 2)
//                 SHA-256, in hex digits, of each chunk, the ids, the numbers
//
// The header holds the SHA-256 of itself and of the last section.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "index/exact_index.h"
#include "index/row_chunk.h"
#include "mien/result.h"

namespace mien {

/// What an index file was made from.
struct IndexFileLabel {
  /// 64 bytes that name the owner, such as a hash in hex digits.
  std::string owner;

  /// Which state of the owner's.
  std::int64_t sequence = 0;
  std::int64_t token = 0;

  friend bool operator==(const IndexFileLabel&,
                         const IndexFileLabel&) = default;
};

/// What is to stand in an index file: as many chunks as the ids need, or none.
struct IndexFileParts {
  int dimension = 0;
  std::span<const RowChunk> chunks = {};
  std::span<const std::uint64_t> ids;
  std::span<const std::int64_t> numbers;
};

/// What stands in an index file.
struct IndexFileContents {
  IndexFileLabel label;
  int dimension = 0;

  /// Mapped: pages are read when used, and changes stay in this process.
  std::vector<RowChunk> chunks;
  std::vector<std::uint64_t> ids;
  std::vector<std::int64_t> numbers;
};

/// Reads and checks the file at `path`.
///
/// Errors, each naming the path:
/// - kNotFound: there is none.
/// - kCorruptData: damaged, or no index file.
/// - kUnsupported: of another version.
/// - kIo: not readable.
Result<IndexFileContents> ReadIndexFile(const std::filesystem::path& path,
                                        int num_threads = 1);

/// The label alone; of the rest only the header is checked.
///
/// Errors: those of ReadIndexFile().
Result<IndexFileLabel> ReadIndexFileLabel(const std::filesystem::path& path);

/// Overwrites the rows of `ids` with zeros and their ids, on disk when the call
/// returns; others who have mapped the file see them vanish. Says how many
/// there were. A process killed meanwhile leaves a file that ReadIndexFile()
/// calls damaged.
///
/// Errors: those of ReadIndexFile(), and kIo when it cannot be written to.
Result<int> WipeIndexRows(const std::filesystem::path& path,
                          std::span<const std::uint64_t> ids);

/// An index file that has no name yet; gone if it never gets one.
class PendingIndexFile {
 public:
  /// Writes `parts` to a file without a name in `folder`, readable as `mode`
  /// (as of chmod) says.
  ///
  /// Errors:
  /// - kIo: no space, or the file system has no files without names.
  static Result<PendingIndexFile> Write(const std::filesystem::path& folder,
                                        unsigned mode,
                                        const IndexFileLabel& label,
                                        const IndexFileParts& parts);

  PendingIndexFile(PendingIndexFile&& other) noexcept;
  PendingIndexFile& operator=(PendingIndexFile&&) = delete;
  ~PendingIndexFile();

  /// Gives the file its name, in the same folder, in place of one that has it.
  ///
  /// Errors:
  /// - kIo: what the system says.
  Result<void> Publish(const std::filesystem::path& path);

 private:
  explicit PendingIndexFile(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace mien
