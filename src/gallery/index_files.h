// SPDX-License-Identifier: Apache-2.0
//
// The index files beside a gallery, one for each collection and model, and one
// for each graph:
// FILE-index-0123456789abcdef.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/index_file.h"
#include "mien/gallery.h"
#include "mien/result.h"

namespace mien {

/// What an index file of this collection and model calls its owner; the files
/// of graphs have another.
std::string IndexFileOwner(std::string_view collection,
                           std::string_view model_id,
                           SearchMethod method = SearchMethod::kExact);

/// Where it lies, beside the gallery in the file `gallery`, or beside what this
/// is a symbolic link to.
std::filesystem::path IndexFilePath(const std::filesystem::path& gallery,
                                    std::string_view owner);

/// Keeps other processes from publishing index files and from wiping rows in
/// them, as long as it lives.
class IndexFilesLock {
 public:
  /// Waits for others.
  ///
  /// Errors:
  /// - kIo: the folder of `gallery` cannot be locked.
  static Result<IndexFilesLock> Take(const std::filesystem::path& gallery);

  IndexFilesLock(IndexFilesLock&& other) noexcept;
  IndexFilesLock& operator=(IndexFilesLock&&) = delete;
  ~IndexFilesLock();

 private:
  explicit IndexFilesLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

/// Ids of the templates that were removed since a file was made; none when the
/// file belongs to another gallery, or to a copy that went another way.
using RemovedSince =
    std::function<Result<std::optional<std::vector<std::uint64_t>>>(
        const IndexFileLabel& label)>;

/// Whether there are index files of `gallery`.
bool HasIndexFiles(const std::filesystem::path& gallery);

/// Wipes the rows of removed templates in all index files of `gallery`. Files
/// that cannot be used are deleted.
///
/// Errors:
/// - kIo: names a file that keeps a copy of what was deleted.
Result<void> WipeIndexFiles(const std::filesystem::path& gallery,
                            const RemovedSince& removed_since);

}  // namespace mien
