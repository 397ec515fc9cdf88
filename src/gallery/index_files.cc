// SPDX-License-Identifier: Apache-2.0
#include "gallery/index_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "core/hash.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

/// What the names of a gallery's index files begin with.
fs::path Beginning(const fs::path& gallery) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(gallery, error);
  return (error ? gallery : real).string() + "-index-";
}

fs::path FolderOf(const fs::path& beginning) {
  const fs::path folder = beginning.parent_path();
  return folder.empty() ? "." : folder;
}

/// All index files of a gallery, those of killed processes included.
std::vector<fs::path> FilesThatBeginWith(const fs::path& beginning) {
  std::vector<fs::path> files;
  std::error_code error;
  const std::string wanted = beginning.filename().string();
  for (fs::directory_iterator entry(FolderOf(beginning), error), end;
       !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename().string().starts_with(wanted)) {
      files.push_back(entry->path());
    }
  }
  return files;
}

Result<void> WipeOrDelete(const fs::path& file,
                          const RemovedSince& removed_since) {
  if (const auto label = ReadIndexFileLabel(file)) {
    MIEN_ASSIGN_OR_RETURN(const auto removed, removed_since(*label));
    if (removed && (removed->empty() || WipeIndexRows(file, *removed))) {
      return {};
    }
  }
  std::error_code error;
  fs::remove(file, error);
  if (error) {
    return Error{ErrorCode::kIo,
                 file.string() +
                     ": keeps a copy of what was deleted, delete this file: " +
                     error.message()};
  }
  return {};
}

}  // namespace

std::string IndexFileOwner(std::string_view collection,
                           std::string_view model_id,
                           SearchMethod method) {
  // No name holds a zero byte.
  std::string name(collection);
  name += '\0';
  name += model_id;
  if (method == SearchMethod::kHnsw) {
    name += '\0';
    name += "hnsw";
  }
  return Sha256Hex(std::as_bytes(std::span(name)));
}

fs::path IndexFilePath(const fs::path& gallery, std::string_view owner) {
  return Beginning(gallery).string() + std::string(owner.substr(0, 16));
}

Result<IndexFilesLock> IndexFilesLock::Take(const fs::path& gallery) {
  const fs::path folder = FolderOf(Beginning(gallery));
  // Not the gallery's own file: closing it would give up SQLite's locks.
  IndexFilesLock lock(
      ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.descriptor_ < 0 || ::flock(lock.descriptor_, LOCK_EX) != 0) {
    return Error{ErrorCode::kIo, folder.string() + ": " + std::strerror(errno)};
  }
  return lock;
}

IndexFilesLock::IndexFilesLock(IndexFilesLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

IndexFilesLock::~IndexFilesLock() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

bool HasIndexFiles(const fs::path& gallery) {
  return !FilesThatBeginWith(Beginning(gallery)).empty();
}

Result<void> WipeIndexFiles(const fs::path& gallery,
                            const RemovedSince& removed_since) {
  const fs::path beginning = Beginning(gallery);
  MIEN_ASSIGN_OR_RETURN(const auto lock, IndexFilesLock::Take(gallery));
  for (const fs::path& file : FilesThatBeginWith(beginning)) {
    MIEN_RETURN_IF_ERROR(WipeOrDelete(file, removed_since));
  }
  return {};
}

}  // namespace mien
