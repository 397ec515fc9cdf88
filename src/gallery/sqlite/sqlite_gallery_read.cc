// SPDX-License-Identifier: Apache-2.0
//
// What a gallery tells.
#include "gallery/sqlite/rows.h"
#include "gallery/sqlite/sqlite_gallery.h"

namespace mien {

using sqlite::FloatsOf;
using sqlite::kSubjectColumns;
using sqlite::kTemplateColumns;
using sqlite::kThumbnailFromTemplates;
using sqlite::ReadSubject;
using sqlite::ReadTemplate;
using sqlite::ReadTemplateAndThumbnail;
using sqlite::Statement;
using sqlite::Transaction;

Result<std::vector<std::string>> SqliteGallery::Collections() {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare("SELECT name FROM collections ORDER BY name"));
  std::vector<std::string> names;
  while (true) {
    MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
    if (!found) {
      return names;
    }
    names.push_back(rows.Text(0));
  }
}

Result<std::vector<Subject>> SqliteGallery::Subjects(
    std::string_view collection) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare(std::string(kSubjectColumns) + "WHERE c.name = ?"
                                                       " ORDER BY s.name",
                        collection));
  std::vector<Subject> subjects;
  while (true) {
    MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
    if (!found) {
      return subjects;
    }
    subjects.push_back(ReadSubject(rows));
  }
}

Result<Subject> SqliteGallery::FindSubject(std::string_view collection,
                                           std::string_view name) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(Statement rows,
                        database_.Prepare(std::string(kSubjectColumns) +
                                              "WHERE c.name = ? AND s.name = ?",
                                          collection,
                                          name));
  MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
  if (!found) {
    return Error{ErrorCode::kNotFound,
                 "no subject \"" + std::string(name) + "\" in collection \"" +
                     std::string(collection) + "\""};
  }
  return ReadSubject(rows);
}

Result<Subject> SqliteGallery::GetSubject(std::int64_t subject_id) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare(std::string(kSubjectColumns) + "WHERE s.id = ?",
                        subject_id));
  MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
  if (!found) {
    return sqlite::NoSuchSubject(subject_id);
  }
  return ReadSubject(rows);
}

Result<std::vector<Template>> SqliteGallery::Templates(
    std::int64_t subject_id) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare(std::string(kTemplateColumns) +
                            std::string(kThumbnailFromTemplates) +
                            " WHERE t.subject_id = ? ORDER BY t.id",
                        subject_id));
  std::vector<Template> templates;
  while (true) {
    MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
    if (!found) {
      return templates;
    }
    templates.push_back(ReadTemplateAndThumbnail(rows));
  }
}

Result<Template> SqliteGallery::GetTemplate(std::int64_t template_id) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare(std::string(kTemplateColumns) +
                            std::string(kThumbnailFromTemplates) +
                            " WHERE t.id = ?",
                        template_id));
  MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
  if (!found) {
    return sqlite::NoSuchTemplate(template_id);
  }
  return ReadTemplateAndThumbnail(rows);
}

Result<GalleryPosition> SqliteGallery::LastPosition() const {
  MIEN_ASSIGN_OR_RETURN(Statement rows,
                        database_.Prepare("SELECT sequence, token FROM changes"
                                          " ORDER BY sequence DESC LIMIT 1"));
  MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
  return found ? GalleryPosition{rows.Int(0), rows.Int(1)} : GalleryPosition{};
}

Result<GalleryPosition> SqliteGallery::ForEachTemplate(
    std::string_view collection,
    std::string_view model_id,
    std::int64_t after_template_id,
    const std::function<bool(const Template&)>& visit) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(const auto snapshot,
                        Transaction::BeginReading(database_));
  MIEN_ASSIGN_OR_RETURN(const GalleryPosition position, LastPosition());
  MIEN_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare(std::string(kTemplateColumns) +
                            " FROM templates t"
                            " JOIN subjects s ON s.id = t.subject_id"
                            " JOIN collections c ON c.id = s.collection_id"
                            " WHERE c.name = ? AND t.model_id = ? AND t.id > ?"
                            " ORDER BY t.id",
                        collection,
                        model_id,
                        after_template_id));
  while (true) {
    MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
    if (!found || !visit(ReadTemplate(rows))) {
      return position;
    }
  }
}

Result<void> SqliteGallery::ReadEmbeddings(
    std::span<const std::int64_t> template_ids,
    const std::function<void(std::int64_t, std::span<const float>)>& visit) {
  const std::lock_guard lock(mutex_);
  // One lock of the file for all.
  MIEN_ASSIGN_OR_RETURN(const auto snapshot,
                        Transaction::BeginReading(database_));
  MIEN_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare("SELECT embedding FROM templates WHERE id = ?"));
  for (const std::int64_t id : template_ids) {
    rows.Rebind(id);
    MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
    if (found) {
      visit(id, FloatsOf(rows.Blob(0)));
    }
  }
  return {};
}

Result<std::vector<GalleryChange>> SqliteGallery::ChangesSince(
    std::int64_t sequence) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare(
          "SELECT c.sequence, c.token, c.kind, c.template_id, t.subject_id"
          " FROM changes c LEFT JOIN templates t ON t.id = c.template_id"
          " WHERE c.sequence > ? ORDER BY c.sequence",
          sequence));
  std::vector<GalleryChange> changes;
  while (true) {
    MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
    if (!found) {
      return changes;
    }
    changes.push_back({.position = {rows.Int(0), rows.Int(1)},
                       .kind = static_cast<GalleryChange::Kind>(rows.Int(2)),
                       .template_id = rows.Int(3),
                       .subject_id = rows.Int(4)});
  }
}

}  // namespace mien
