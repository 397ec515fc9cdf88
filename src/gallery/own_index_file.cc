// SPDX-License-Identifier: Apache-2.0
#include "gallery/own_index_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "gallery/index_files.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

std::vector<std::uint64_t> RemovedIn(
    const std::vector<GalleryChange>& changes) {
  std::vector<std::uint64_t> removed;
  for (const GalleryChange& change : changes) {
    if (change.kind == GalleryChange::Kind::kRemoved) {
      removed.push_back(static_cast<std::uint64_t>(change.template_id));
    }
  }
  return removed;
}

Result<void> WipeLeftovers(const fs::path& path,
                           const std::vector<std::uint64_t>& ids,
                           const std::vector<std::uint64_t>& removed) {
  const std::unordered_set<std::uint64_t> gone(removed.begin(), removed.end());
  const bool has_leftovers = std::ranges::any_of(
      ids, [&](std::uint64_t id) { return gone.contains(id); });
  if (has_leftovers && !WipeIndexRows(path, removed)) {
    return Error{ErrorCode::kIo,
                 path.string() +
                     ": keeps a copy of what was deleted, and cannot be "
                     "written; delete this file"};
  }
  return {};
}

}  // namespace

Result<IndexFileContents> ReadOwnIndexFile(const fs::path& path,
                                           const std::string& owner,
                                           Gallery& gallery,
                                           int num_threads) {
  MIEN_ASSIGN_OR_RETURN(IndexFileContents contents,
                        ReadIndexFile(path, num_threads));
  const GalleryPosition made_at = {contents.label.sequence,
                                   contents.label.token};
  MIEN_ASSIGN_OR_RETURN(const auto changes,
                        gallery.ChangesSince(made_at.sequence - 1));
  // The gallery's history must go through the point where the file was made.
  if (contents.label.owner != owner || changes.empty() ||
      changes.front().position != made_at) {
    return Error{ErrorCode::kCorruptData,
                 path.string() +
                     ": index of another gallery, or of an older copy of this "
                     "one"};
  }
  MIEN_RETURN_IF_ERROR(WipeLeftovers(path, contents.ids, RemovedIn(changes)));
  return contents;
}

Result<void> PublishIndexFile(const fs::path& beside,
                              const std::string& owner,
                              Gallery& gallery,
                              const GalleryPosition& position,
                              const IndexFileParts& parts) {
  const fs::path path = IndexFilePath(beside, owner);

  struct stat status {};

  if (::stat(beside.c_str(), &status) != 0) {
    return Error{ErrorCode::kIo, beside.string() + ": no such gallery"};
  }
  MIEN_ASSIGN_OR_RETURN(
      PendingIndexFile file,
      PendingIndexFile::Write(path.parent_path(),
                              status.st_mode & 0666U,
                              {owner, position.sequence, position.token},
                              parts));
  // Who removes a template afterwards finds the file and wipes the row in it.
  MIEN_ASSIGN_OR_RETURN(const auto lock, IndexFilesLock::Take(beside));
  MIEN_ASSIGN_OR_RETURN(const auto changes,
                        gallery.ChangesSince(position.sequence));
  return RemovedIn(changes).empty() ? file.Publish(path) : Result<void>();
}

}  // namespace mien
