// SPDX-License-Identifier: Apache-2.0
#include "gallery/sqlite/sqlite_gallery.h"

#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/hash.h"
#include "gallery/index_files.h"
#include "gallery/sqlite/rows.h"
#include "gallery/sqlite/schema.h"

namespace mien {
namespace {

using sqlite::BlobOf;
using sqlite::CheckEmbedding;
using sqlite::CheckName;
using sqlite::Database;
using sqlite::NoSuchSubject;
using sqlite::NoSuchTemplate;
using sqlite::Statement;
using sqlite::SubjectExists;
using sqlite::Transaction;

std::int64_t SecondsNow() {
  return std::chrono::floor<std::chrono::seconds>(
             std::chrono::system_clock::now())
      .time_since_epoch()
      .count();
}

Result<void> CheckMetadata(std::string_view metadata) {
  const auto parsed =
      nlohmann::json::parse(metadata, nullptr, /*allow_exceptions=*/false);
  return parsed.is_object() ? Result<void>()
                            : Error{ErrorCode::kInvalidArgument,
                                    "metadata is not a JSON object"};
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
    gallery->WipeLeftovers();
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

Result<AddedTemplate> SqliteGallery::AddUncommitted(
    std::string_view collection,
    std::string_view subject,
    const Template& entry) const {
  MIEN_RETURN_IF_ERROR(CheckName("collection", collection));
  MIEN_RETURN_IF_ERROR(CheckName("subject", subject));
  MIEN_RETURN_IF_ERROR(CheckEmbedding(entry.embedding));
  MIEN_ASSIGN_OR_RETURN(const auto subject_id,
                        FindOrAddSubject(collection, subject));
  return InsertTemplate(subject_id, entry);
}

Result<AddedTemplate> SqliteGallery::AddTemplate(std::string_view collection,
                                                 std::string_view subject,
                                                 const Template& entry) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database_));
  MIEN_ASSIGN_OR_RETURN(const AddedTemplate added,
                        AddUncommitted(collection, subject, entry));
  MIEN_RETURN_IF_ERROR(transaction.Commit());
  return added;
}

Result<std::vector<AddedTemplate>> SqliteGallery::AddTemplates(
    std::span<const NewTemplate> templates) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database_));
  std::vector<AddedTemplate> all;
  for (const auto& [collection, subject, entry] : templates) {
    MIEN_ASSIGN_OR_RETURN(const AddedTemplate added,
                          AddUncommitted(collection, subject, entry));
    all.push_back(added);
  }
  MIEN_RETURN_IF_ERROR(transaction.Commit());
  return all;
}

Result<Subject> SqliteGallery::AddSubject(std::string_view collection,
                                          std::string_view name) {
  MIEN_RETURN_IF_ERROR(CheckName("collection", collection));
  MIEN_RETURN_IF_ERROR(CheckName("subject", name));
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(const std::int64_t subject_id,
                        FindOrAddSubject(collection, name));
  return database_.NumChanges() == 0 ? SubjectExists(name)
                                     : ReadSubjectOf(subject_id);
}

Result<void> SqliteGallery::Rename(std::int64_t subject_id,
                                   std::string_view name) const {
  auto renamed = database_.Execute(
      "UPDATE subjects SET name = ? WHERE id = ?", name, subject_id);
  if (!renamed && renamed.error().code == ErrorCode::kAlreadyExists) {
    return SubjectExists(name);
  }
  return renamed;
}

Result<Subject> SqliteGallery::UpdateSubject(std::int64_t subject_id,
                                             const SubjectUpdate& update) {
  if (update.name) {
    MIEN_RETURN_IF_ERROR(CheckName("subject", *update.name));
  }
  if (update.metadata) {
    MIEN_RETURN_IF_ERROR(CheckMetadata(*update.metadata));
  }
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database_));
  if (update.name) {
    MIEN_RETURN_IF_ERROR(Rename(subject_id, *update.name));
  }
  if (update.metadata) {
    MIEN_RETURN_IF_ERROR(
        database_.Execute("UPDATE subjects SET metadata = ? WHERE id = ?",
                          std::string_view(*update.metadata),
                          subject_id));
  }
  MIEN_ASSIGN_OR_RETURN(Subject updated, ReadSubjectOf(subject_id));
  MIEN_RETURN_IF_ERROR(transaction.Commit());
  return updated;
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
  return WipeRemains();
}

Result<void> SqliteGallery::DeleteSubject(std::int64_t subject_id) {
  const std::lock_guard lock(mutex_);
  MIEN_RETURN_IF_ERROR(
      database_.Execute("DELETE FROM subjects WHERE id = ?", subject_id));
  if (database_.NumChanges() == 0) {
    return NoSuchSubject(subject_id);
  }
  return WipeRemains();
}

Result<void> SqliteGallery::DeleteTemplate(std::int64_t template_id) {
  const std::lock_guard lock(mutex_);
  MIEN_RETURN_IF_ERROR(
      database_.Execute("DELETE FROM templates WHERE id = ?", template_id));
  if (database_.NumChanges() == 0) {
    return NoSuchTemplate(template_id);
  }
  return WipeRemains();
}

Result<std::optional<std::vector<std::uint64_t>>> SqliteGallery::RemovedSince(
    const IndexFileLabel& label) const {
  MIEN_ASSIGN_OR_RETURN(
      const auto is_ours,
      database_.QueryInt(
          0,
          "SELECT count(*) FROM changes WHERE sequence = ? AND token = ?",
          label.sequence,
          label.token));
  if (is_ours == 0) {
    return std::optional<std::vector<std::uint64_t>>();
  }
  MIEN_ASSIGN_OR_RETURN(Statement rows,
                        database_.Prepare("SELECT template_id FROM changes"
                                          " WHERE sequence > ? AND kind = 1",
                                          label.sequence));
  std::vector<std::uint64_t> removed;
  while (true) {
    MIEN_ASSIGN_OR_RETURN(const bool found, rows.Step());
    if (!found) {
      return std::optional(std::move(removed));
    }
    removed.push_back(static_cast<std::uint64_t>(rows.Int(0)));
  }
}

Result<void> SqliteGallery::WipeRemains() const {
  MIEN_RETURN_IF_ERROR(WipeJournal());
  return WipeIndexFiles(database_.path(), [this](const IndexFileLabel& label) {
    return RemovedSince(label);
  });
}

void SqliteGallery::WipeLeftovers() const {
  // Where this fails, the next deletion or the next use of the file says so.
  if (HasIndexFiles(database_.path())) {
    static_cast<void>(WipeIndexFiles(
        database_.path(),
        [this](const IndexFileLabel& label) { return RemovedSince(label); }));
  }
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

}  // namespace mien
