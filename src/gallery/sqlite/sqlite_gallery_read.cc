// SPDX-License-Identifier: Apache-2.0
//
// What a gallery tells.
#include "gallery/sqlite/rows.h"
#include "gallery/sqlite/sqlite_gallery.h"

namespace mien {

using sqlite::FloatsOf;
using sqlite::kSubjectColumns;
using sqlite::kTemplateColumns;
using sqlite::ReadSubject;
using sqlite::ReadTemplate;
using sqlite::ReadTemplateAndThumbnail;
using sqlite::Statement;
using sqlite::Transaction;

namespace {

/// Rows of kTemplateColumns, and of the thumbnail where it is asked for.
Result<Statement> PrepareQuery(const sqlite::Database& database,
                               const TemplateQuery& query) {
  std::string sql(kTemplateColumns);
  sql += query.with_thumbnails ? ", n.jpeg FROM templates t"
                                 " LEFT JOIN thumbnails n"
                                 " ON n.template_id = t.id"
                               : " FROM templates t";
  if (query.collection) {
    sql +=
        " JOIN subjects s ON s.id = t.subject_id"
        " JOIN collections c ON c.id = s.collection_id";
  }
  sql += " WHERE t.id > ?";
  sql += query.collection ? " AND c.name = ?" : "";
  sql += query.model_id ? " AND t.model_id = ?" : "";
  sql += query.subject_id ? " AND t.subject_id = ?" : "";
  sql += query.template_id ? " AND t.id = ?" : "";
  MIEN_ASSIGN_OR_RETURN(
      Statement rows,
      database.Prepare(sql + " ORDER BY t.id", query.after_template_id));
  const auto bind = [&](const auto& value) {
    if (value) {
      rows.Bind(*value);
    }
  };
  bind(query.collection);
  bind(query.model_id);
  bind(query.subject_id);
  bind(query.template_id);
  return rows;
}

}  // namespace

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

Result<Subject> SqliteGallery::FindSubject(const SubjectKey& key) {
  const std::lock_guard lock(mutex_);
  return ReadSubjectOf(key);
}

Result<Subject> SqliteGallery::ReadSubjectOf(const SubjectKey& key) const {
  const auto* id = std::get_if<std::int64_t>(&key);
  const auto* named = std::get_if<SubjectName>(&key);
  const std::string columns(kSubjectColumns);
  MIEN_ASSIGN_OR_RETURN(Statement rows,
                        id != nullptr
                            ? database_.Prepare(columns + "WHERE s.id = ?", *id)
                            : database_.Prepare(columns + "WHERE c.name = ?"
                                                          " AND s.name = ?",
                                                named->collection,
                                                named->name));
  MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
  if (found) {
    return ReadSubject(rows);
  }
  return id != nullptr ? sqlite::NoSuchSubject(*id)
                       : sqlite::NoSuchSubject(*named);
}

Result<GalleryPosition> SqliteGallery::LastPosition() const {
  MIEN_ASSIGN_OR_RETURN(Statement rows,
                        database_.Prepare("SELECT sequence, token FROM changes"
                                          " ORDER BY sequence DESC LIMIT 1"));
  MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
  return found ? GalleryPosition{rows.Int(0), rows.Int(1)} : GalleryPosition{};
}

Result<GalleryPosition> SqliteGallery::ForEachTemplate(
    const TemplateQuery& query,
    const std::function<bool(const Template&)>& visit) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(const auto snapshot,
                        Transaction::BeginReading(database_));
  MIEN_ASSIGN_OR_RETURN(const GalleryPosition position, LastPosition());
  MIEN_ASSIGN_OR_RETURN(Statement rows, PrepareQuery(database_, query));
  while (true) {
    MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
    if (!found || !visit(query.with_thumbnails ? ReadTemplateAndThumbnail(rows)
                                               : ReadTemplate(rows))) {
      return position;
    }
  }
}

Result<std::vector<Template>> ReadTemplates(Gallery& gallery,
                                            const TemplateQuery& query) {
  std::vector<Template> templates;
  MIEN_RETURN_IF_ERROR(
      gallery.ForEachTemplate(query, [&](const Template& entry) {
        templates.push_back(entry);
        return true;
      }));
  return templates;
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
