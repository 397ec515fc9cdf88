// SPDX-License-Identifier: Apache-2.0
#include "gallery/sqlite/sqlite_gallery.h"

#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/hash.h"
#include "core/utf8.h"
#include "gallery/sqlite/schema.h"

namespace mien {
namespace {

using sqlite::Database;
using sqlite::Statement;
using sqlite::Transaction;

constexpr std::size_t kMaxNameBytes = 256;

std::int64_t SecondsNow() {
  return std::chrono::floor<std::chrono::seconds>(
             std::chrono::system_clock::now())
      .time_since_epoch()
      .count();
}

std::chrono::sys_seconds TimeFromSeconds(std::int64_t seconds) {
  return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

Result<void> CheckName(std::string_view what, std::string_view name) {
  const auto refuse = [&](const std::string& why) {
    return Error{ErrorCode::kInvalidArgument, std::string(what) + why};
  };
  if (name.empty()) {
    return refuse(" name is empty");
  }
  if (name.size() > kMaxNameBytes) {
    return refuse(" name has " + std::to_string(name.size()) +
                  " bytes; at most " + std::to_string(kMaxNameBytes));
  }
  if (!IsUtf8(name) || name.find('\0') != std::string_view::npos) {
    return refuse(" name is not UTF-8 text");
  }
  return {};
}

Result<void> CheckEmbedding(const Embedding& embedding) {
  if (embedding.model_id.empty()) {
    return Error{ErrorCode::kInvalidArgument, "embedding has no model id"};
  }
  double squared = 0.0;
  for (const float value : embedding.values) {
    squared += static_cast<double>(value) * value;
  }
  if (!(std::abs(squared - 1.0) <= 1e-3)) {
    return Error{ErrorCode::kInvalidArgument,
                 "embedding has length " + std::to_string(std::sqrt(squared)) +
                     "; must be 1"};
  }
  return {};
}

// Embeddings are stored as little-endian float32, as x86 and ARM have them.
std::span<const std::byte> BlobOf(const std::vector<float>& values) {
  return std::as_bytes(std::span(values));
}

std::vector<float> FloatsOf(std::span<const std::byte> blob) {
  std::vector<float> values(blob.size() / sizeof(float));
  std::memcpy(values.data(), blob.data(), values.size() * sizeof(float));
  return values;
}

constexpr std::string_view kSubjectColumns =
    "SELECT s.id, s.name, s.metadata, s.created,"
    " (SELECT count(*) FROM templates t WHERE t.subject_id = s.id)"
    " FROM subjects s JOIN collections c ON c.id = s.collection_id ";

Subject ReadSubject(const Statement& row) {
  return {.id = row.Int(0),
          .name = row.Text(1),
          .metadata = row.Text(2),
          .num_templates = row.Int(4),
          .created = TimeFromSeconds(row.Int(3))};
}

constexpr std::string_view kTemplateColumns =
    "SELECT t.id, t.subject_id, t.model_id, t.digest, t.polarity, t.quality,"
    " t.source, t.enrolled, t.embedding";

Template ReadTemplate(const Statement& row) {
  return {
      .id = row.Int(0),
      .subject_id = row.Int(1),
      .embedding = {FloatsOf(row.Blob(8)), row.Text(2)},
      .polarity = row.Int(4) == 0 ? Polarity::kPositive : Polarity::kNegative,
      .quality = static_cast<float>(row.Real(5)),
      .source = row.Text(6),
      .digest = row.Text(3),
      .enrolled = TimeFromSeconds(row.Int(7)),
      .thumbnail = {}};
}

constexpr const char* kThumbnailFromTemplates =
    ", n.jpeg FROM templates t"
    " LEFT JOIN thumbnails n ON n.template_id = t.id";

Template ReadTemplateAndThumbnail(const Statement& row) {
  Template entry = ReadTemplate(row);
  const auto jpeg = row.Blob(9);
  entry.thumbnail.assign(jpeg.begin(), jpeg.end());
  return entry;
}

Error SubjectExists(std::string_view name) {
  return {ErrorCode::kAlreadyExists,
          "a subject \"" + std::string(name) + "\" exists already"};
}

Error NoSuchTemplate(std::int64_t template_id) {
  return {ErrorCode::kNotFound,
          "no template with id " + std::to_string(template_id)};
}

Error NoSuchSubject(std::int64_t subject_id) {
  return {ErrorCode::kNotFound,
          "no subject with id " + std::to_string(subject_id)};
}

}  // namespace

Result<std::unique_ptr<Gallery>> Gallery::Open(
    const std::filesystem::path& path, const GalleryOptions& options) {
  return SqliteGallery::Open(path, options);
}

Result<std::unique_ptr<Gallery>> SqliteGallery::Open(
    const std::filesystem::path& path, const GalleryOptions& options) {
  MIEN_ASSIGN_OR_RETURN(
      Database opened,
      Database::Open(path,
                     {.create = !options.must_exist && !options.read_only,
                      .read_only = options.read_only,
                      .key = options.key,
                      .busy_timeout = options.busy_timeout}));
  // From here on the connection must not move: statements point to it.
  std::unique_ptr<SqliteGallery> gallery(new SqliteGallery(std::move(opened)));
  const Database& database = gallery->database_;
  // Deleted rows are overwritten with zeros. Commits reach the disk before they
  // are acknowledged.
  for (const char* setting : {"PRAGMA foreign_keys = ON",
                              "PRAGMA secure_delete = ON",
                              "PRAGMA synchronous = FULL"}) {
    MIEN_RETURN_IF_ERROR(database.Execute(setting));
  }
  MIEN_RETURN_IF_ERROR(sqlite::PrepareSchema(database, options.read_only));
  if (!options.read_only) {
    MIEN_RETURN_IF_ERROR(database.Execute("PRAGMA journal_mode = WAL"));
  }
  return std::unique_ptr<Gallery>(std::move(gallery));
}

Result<std::int64_t> SqliteGallery::FindOrAddSubject(
    std::string_view collection, std::string_view name) const {
  MIEN_RETURN_IF_ERROR(database_.Execute(
      "INSERT OR IGNORE INTO collections (name) VALUES (?)", collection));
  MIEN_RETURN_IF_ERROR(database_.Execute(
      "INSERT OR IGNORE INTO subjects (collection_id, name, created)"
      " SELECT id, ?, ? FROM collections WHERE name = ?",
      name,
      SecondsNow(),
      collection));
  return database_.QueryInt(
      0,
      "SELECT s.id FROM subjects s JOIN collections c ON c.id = s.collection_id"
      " WHERE c.name = ? AND s.name = ?",
      collection,
      name);
}

Result<AddedTemplate> SqliteGallery::InsertTemplate(
    std::int64_t subject_id, const Template& entry) const {
  const std::string digest = entry.digest.empty()
                                 ? Sha256Hex(BlobOf(entry.embedding.values))
                                 : entry.digest;
  MIEN_ASSIGN_OR_RETURN(
      const auto known,
      database_.QueryInt(0,
                         "SELECT id FROM templates"
                         " WHERE subject_id = ? AND model_id = ?"
                         " AND digest = ?",
                         subject_id,
                         std::string_view(entry.embedding.model_id),
                         std::string_view(digest)));
  if (known != 0) {
    return AddedTemplate{subject_id, known, false};
  }
  MIEN_RETURN_IF_ERROR(database_.Execute(
      "INSERT INTO templates (subject_id, model_id, digest, polarity, quality,"
      " source, enrolled, embedding) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      subject_id,
      std::string_view(entry.embedding.model_id),
      std::string_view(digest),
      static_cast<std::int64_t>(entry.polarity == Polarity::kNegative),
      static_cast<double>(entry.quality),
      std::string_view(entry.source),
      SecondsNow(),
      BlobOf(entry.embedding.values)));
  const std::int64_t template_id = database_.LastInsertId();
  if (!entry.thumbnail.empty()) {
    MIEN_RETURN_IF_ERROR(database_.Execute(
        "INSERT INTO thumbnails (template_id, jpeg) VALUES (?, ?)",
        template_id,
        std::span<const std::byte>(entry.thumbnail)));
  }
  return AddedTemplate{subject_id, template_id, true};
}

Result<AddedTemplate> SqliteGallery::AddTemplate(std::string_view collection,
                                                 std::string_view subject,
                                                 const Template& entry) {
  MIEN_RETURN_IF_ERROR(CheckName("collection", collection));
  MIEN_RETURN_IF_ERROR(CheckName("subject", subject));
  MIEN_RETURN_IF_ERROR(CheckEmbedding(entry.embedding));
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database_));
  MIEN_ASSIGN_OR_RETURN(const auto subject_id,
                        FindOrAddSubject(collection, subject));
  MIEN_ASSIGN_OR_RETURN(const AddedTemplate added,
                        InsertTemplate(subject_id, entry));
  MIEN_RETURN_IF_ERROR(transaction.Commit());
  return added;
}

Result<Subject> SqliteGallery::AddSubject(std::string_view collection,
                                          std::string_view name) {
  MIEN_RETURN_IF_ERROR(CheckName("collection", collection));
  MIEN_RETURN_IF_ERROR(CheckName("subject", name));
  std::int64_t subject_id = 0;
  {
    const std::lock_guard lock(mutex_);
    MIEN_ASSIGN_OR_RETURN(subject_id, FindOrAddSubject(collection, name));
    if (database_.NumChanges() == 0) {
      return SubjectExists(name);
    }
  }
  return GetSubject(subject_id);
}

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
    return NoSuchSubject(subject_id);
  }
  return ReadSubject(rows);
}

Result<std::vector<Template>> SqliteGallery::Templates(
    std::int64_t subject_id) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare(std::string(kTemplateColumns) +
                            kThumbnailFromTemplates +
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
                            kThumbnailFromTemplates + " WHERE t.id = ?",
                        template_id));
  MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
  if (!found) {
    return NoSuchTemplate(template_id);
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

Result<void> SqliteGallery::RenameSubject(std::int64_t subject_id,
                                          std::string_view name) {
  MIEN_RETURN_IF_ERROR(CheckName("subject", name));
  const std::lock_guard lock(mutex_);
  auto renamed = database_.Execute(
      "UPDATE subjects SET name = ? WHERE id = ?", name, subject_id);
  if (!renamed && renamed.error().code == ErrorCode::kAlreadyExists) {
    return SubjectExists(name);
  }
  MIEN_RETURN_IF_ERROR(renamed);
  return database_.NumChanges() == 0 ? NoSuchSubject(subject_id)
                                     : Result<void>();
}

Result<void> SqliteGallery::SetMetadata(std::int64_t subject_id,
                                        std::string_view metadata) {
  const auto parsed =
      nlohmann::json::parse(metadata, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) {
    return Error{ErrorCode::kInvalidArgument, "metadata is not a JSON object"};
  }
  const std::lock_guard lock(mutex_);
  MIEN_RETURN_IF_ERROR(database_.Execute(
      "UPDATE subjects SET metadata = ? WHERE id = ?", metadata, subject_id));
  return database_.NumChanges() == 0 ? NoSuchSubject(subject_id)
                                     : Result<void>();
}

Result<std::int64_t> SqliteGallery::CollectionOf(
    std::int64_t subject_id) const {
  MIEN_ASSIGN_OR_RETURN(
      const auto collection_id,
      database_.QueryInt(
          0, "SELECT collection_id FROM subjects WHERE id = ?", subject_id));
  if (collection_id == 0) {
    return NoSuchSubject(subject_id);
  }
  return collection_id;
}

Result<void> SqliteGallery::MergeSubjects(std::int64_t into,
                                          std::int64_t from) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database_));
  MIEN_ASSIGN_OR_RETURN(const auto into_collection, CollectionOf(into));
  MIEN_ASSIGN_OR_RETURN(const auto from_collection, CollectionOf(from));
  if (into == from || into_collection != from_collection) {
    return Error{ErrorCode::kInvalidArgument,
                 into == from ? "a subject cannot be merged with itself"
                              : "subjects of different collections"};
  }
  MIEN_RETURN_IF_ERROR(database_.Execute(
      "UPDATE OR IGNORE templates SET subject_id = ? WHERE subject_id = ?",
      into,
      from));
  MIEN_RETURN_IF_ERROR(
      database_.Execute("DELETE FROM subjects WHERE id = ?", from));
  MIEN_RETURN_IF_ERROR(transaction.Commit());
  return WipeJournal();
}

Result<void> SqliteGallery::DeleteSubject(std::int64_t subject_id) {
  const std::lock_guard lock(mutex_);
  MIEN_RETURN_IF_ERROR(
      database_.Execute("DELETE FROM subjects WHERE id = ?", subject_id));
  if (database_.NumChanges() == 0) {
    return NoSuchSubject(subject_id);
  }
  return WipeJournal();
}

Result<void> SqliteGallery::DeleteTemplate(std::int64_t template_id) {
  const std::lock_guard lock(mutex_);
  MIEN_RETURN_IF_ERROR(
      database_.Execute("DELETE FROM templates WHERE id = ?", template_id));
  if (database_.NumChanges() == 0) {
    return NoSuchTemplate(template_id);
  }
  return WipeJournal();
}

Result<void> SqliteGallery::WipeJournal() const {
  // secure_delete has zeroed the rows; what the write-ahead log holds of them
  // goes with its contents.
  MIEN_ASSIGN_OR_RETURN(
      const auto is_busy,
      database_.QueryInt(0, "PRAGMA wal_checkpoint(TRUNCATE)"));
  if (is_busy != 0) {
    return Error{ErrorCode::kIo,
                 database_.path().string() +
                     ": deleted, but its journal keeps a copy until other "
                     "processes have stopped reading and something more is "
                     "deleted"};
  }
  return {};
}

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
      database_.Prepare(std::string(kTemplateColumns) + " FROM templates t"));
  while (true) {
    MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
    if (!found) {
      return {};
    }
    const Template entry = ReadTemplate(rows);
    if (auto good = CheckEmbedding(entry.embedding); !good) {
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
