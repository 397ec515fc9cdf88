// SPDX-License-Identifier: Apache-2.0
//
// What a gallery tells.
#include "gallery/sqlite/rows.h"
#include "gallery/sqlite/sqlite_gallery.h"

namespace mien {

using sqlite::kSubjectColumns;
using sqlite::kTemplateColumns;
using sqlite::kThumbnailFromTemplates;
using sqlite::ReadSubject;
using sqlite::ReadTemplate;
using sqlite::ReadTemplateAndThumbnail;
using sqlite::Statement;

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

Result<void> SqliteGallery::ForEachTemplate(
    std::string_view collection,
    std::string_view model_id,
    std::int64_t after_template_id,
    const std::function<bool(const Template&)>& visit) {
  const std::lock_guard lock(mutex_);
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
      return {};
    }
  }
}

Result<std::vector<GalleryChange>> SqliteGallery::ChangesSince(
    std::int64_t sequence) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare("SELECT c.sequence, c.kind, c.template_id, t.subject_id"
                        " FROM changes c LEFT JOIN templates t"
                        " ON t.id = c.template_id"
                        " WHERE c.sequence > ? ORDER BY c.sequence",
                        sequence));
  std::vector<GalleryChange> changes;
  while (true) {
    MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
    if (!found) {
      return changes;
    }
    changes.push_back({.sequence = rows.Int(0),
                       .kind = static_cast<GalleryChange::Kind>(rows.Int(1)),
                       .template_id = rows.Int(2),
                       .subject_id = rows.Int(3)});
  }
}
}  // namespace mien
