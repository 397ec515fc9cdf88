// SPDX-License-Identifier: Apache-2.0
//
// Whether a gallery is whole, and a copy of it.
#include <filesystem>
#include <string>

#include "gallery/sqlite/rows.h"
#include "gallery/sqlite/sqlite_gallery.h"

namespace mien {

using sqlite::Statement;

Result<void> SqliteGallery::Backup(const std::filesystem::path& path) {
  const std::lock_guard lock(mutex_);
  return database_.CopyTo(path);
}

Result<void> SqliteGallery::CheckPages() const {
  MIEN_ASSIGN_OR_RETURN(Statement pages,
                        database_.Prepare("PRAGMA integrity_check(1)"));
  MIEN_ASSIGN_OR_RETURN(const bool answered, pages.Step());
  if (!answered || pages.Text(0) != "ok") {
    return Error{ErrorCode::kCorruptData,
                 database_.path().string() + ": " +
                     (answered ? pages.Text(0) : "integrity check failed")};
  }
  MIEN_ASSIGN_OR_RETURN(Statement orphans,
                        database_.Prepare("PRAGMA foreign_key_check"));
  MIEN_ASSIGN_OR_RETURN(const bool has_orphan, orphans.Step());
  if (has_orphan) {
    return Error{ErrorCode::kCorruptData,
                 database_.path().string() + ": row " +
                     std::to_string(orphans.Int(1)) + " of " + orphans.Text(0) +
                     " refers to one that is not there"};
  }
  return {};
}

Result<void> SqliteGallery::CheckVectors() const {
  MIEN_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare(std::string(sqlite::kTemplateColumns) +
                        " FROM templates t"));
  while (true) {
    MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
    if (!found) {
      return {};
    }
    const Template entry = sqlite::ReadTemplate(rows);
    if (auto good = sqlite::CheckEmbedding(entry.embedding); !good) {
      return Error{ErrorCode::kCorruptData,
                   database_.path().string() + ": template " +
                       std::to_string(entry.id) + ": " + good.error().message};
    }
  }
}

Result<GalleryStats> SqliteGallery::Verify() {
  const std::lock_guard lock(mutex_);
  MIEN_RETURN_IF_ERROR(CheckPages());
  MIEN_RETURN_IF_ERROR(CheckVectors());
  GalleryStats stats;
  MIEN_ASSIGN_OR_RETURN(
      stats.num_collections,
      database_.QueryInt(0, "SELECT count(*) FROM collections"));
  MIEN_ASSIGN_OR_RETURN(stats.num_subjects,
                        database_.QueryInt(0, "SELECT count(*) FROM subjects"));
  MIEN_ASSIGN_OR_RETURN(
      stats.num_templates,
      database_.QueryInt(0, "SELECT count(*) FROM templates"));
  std::error_code ignored;
  stats.file_bytes = static_cast<std::int64_t>(
      std::filesystem::file_size(database_.path(), ignored));
  return stats;
}

}  // namespace mien
