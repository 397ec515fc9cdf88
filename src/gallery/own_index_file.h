// SPDX-License-Identifier: Apache-2.0
//
// Index files as parts of a gallery's history.
#pragma once

#include <filesystem>
#include <string>

#include "index/index_file.h"
#include "mien/gallery.h"
#include "mien/result.h"

namespace mien {

/// Reads the index file at `path`. Rows that were removed since and are still
/// in it, because a process was killed between deleting and wiping, are wiped.
///
/// Errors:
/// - those of ReadIndexFile() and of the gallery's methods.
/// - kCorruptData: the file belongs to another owner, to another gallery, or to
///   a copy of this one that went another way.
/// - kIo: it keeps a copy of what was deleted, and cannot be written.
Result<IndexFileContents> ReadOwnIndexFile(const std::filesystem::path& path,
                                           const std::string& owner,
                                           Gallery& gallery,
                                           int num_threads);

/// Writes an index file of the gallery's state at `position` beside the gallery
/// in the file `beside`, unless a template was removed since: such a file must
/// not appear.
///
/// Errors:
/// - kIo: it cannot be written.
Result<void> PublishIndexFile(const std::filesystem::path& beside,
                              const std::string& owner,
                              Gallery& gallery,
                              const GalleryPosition& position,
                              const IndexFileParts& parts);

}  // namespace mien
