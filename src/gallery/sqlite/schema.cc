// SPDX-License-Identifier: Apache-2.0
#include "gallery/sqlite/schema.h"

#include <array>
#include <initializer_list>
#include <span>
#include <string>

namespace mien::sqlite {
namespace {

/// Brings a file from the version before to this one. Never changed once
/// released: files of every version exist.
constexpr std::array kToVersion1 = {
    "CREATE TABLE collections ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  name TEXT NOT NULL UNIQUE)",

    "CREATE TABLE subjects ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  collection_id INTEGER NOT NULL REFERENCES collections (id),"
    "  name TEXT NOT NULL,"
    "  metadata TEXT NOT NULL DEFAULT '{}',"
    "  created INTEGER NOT NULL,"
    "  UNIQUE (collection_id, name))",

    "CREATE TABLE templates ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  subject_id INTEGER NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,"
    "  model_id TEXT NOT NULL,"
    "  digest TEXT NOT NULL,"
    "  polarity INTEGER NOT NULL CHECK (polarity IN (0, 1)),"
    "  quality REAL NOT NULL,"
    "  source TEXT NOT NULL,"
    "  enrolled INTEGER NOT NULL,"
    "  embedding BLOB NOT NULL,"
    "  UNIQUE (subject_id, model_id, digest))",

    "CREATE TABLE thumbnails ("
    "  template_id INTEGER PRIMARY KEY"
    "    REFERENCES templates (id) ON DELETE CASCADE,"
    "  jpeg BLOB NOT NULL)",

    "CREATE TABLE changes ("
    "  sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  kind INTEGER NOT NULL,"
    "  template_id INTEGER NOT NULL)",

    "CREATE TRIGGER template_added AFTER INSERT ON templates BEGIN"
    "  INSERT INTO changes (kind, template_id) VALUES (0, new.id); END",

    "CREATE TRIGGER template_removed AFTER DELETE ON templates BEGIN"
    "  INSERT INTO changes (kind, template_id) VALUES (1, old.id); END",

    "CREATE TRIGGER template_moved AFTER UPDATE OF subject_id ON templates"
    " BEGIN"
    "  INSERT INTO changes (kind, template_id) VALUES (2, new.id); END",
};

/// Tokens: whoever copied a part of the history can tell whether it still is
/// this history, or that of an older copy of the file which went another way.
constexpr std::array kToVersion2 = {
    "ALTER TABLE changes ADD COLUMN token INTEGER NOT NULL DEFAULT 0",

    "UPDATE changes SET token = random()"
    " WHERE sequence = (SELECT max(sequence) FROM changes)",

    "DROP TRIGGER template_added",
    "DROP TRIGGER template_removed",
    "DROP TRIGGER template_moved",

    "CREATE TRIGGER template_added AFTER INSERT ON templates BEGIN"
    "  INSERT INTO changes (kind, template_id, token)"
    "    VALUES (0, new.id, random()); END",

    "CREATE TRIGGER template_removed AFTER DELETE ON templates BEGIN"
    "  INSERT INTO changes (kind, template_id, token)"
    "    VALUES (1, old.id, random()); END",

    "CREATE TRIGGER template_moved AFTER UPDATE OF subject_id ON templates"
    " BEGIN"
    "  INSERT INTO changes (kind, template_id, token)"
    "    VALUES (2, new.id, random()); END",
};

/// Element i leads to version i + 1.
constexpr std::array<std::span<const char* const>, kSchemaVersion> kMigrations =
    {kToVersion1, kToVersion2};

Result<void> CheckOwner(const Database& database,
                        std::int64_t application_id,
                        std::int64_t num_tables) {
  const bool is_new = num_tables == 0 && application_id == 0;
  if (is_new || application_id == kApplicationId) {
    return {};
  }
  return Error{ErrorCode::kCorruptData,
               database.path().string() +
                   ": an SQLite database, but not a gallery of mien"};
}

Result<void> Migrate(const Database& database) {
  MIEN_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database));
  // Another process may have done it while this one waited for the lock.
  MIEN_ASSIGN_OR_RETURN(const auto version,
                        database.QueryInt(0, "PRAGMA user_version"));
  for (auto v = static_cast<std::size_t>(version); v < kMigrations.size();
       ++v) {
    for (const char* sql : kMigrations[v]) {
      MIEN_RETURN_IF_ERROR(database.Execute(sql));
    }
  }
  MIEN_RETURN_IF_ERROR(database.Execute("PRAGMA application_id = " +
                                        std::to_string(kApplicationId)));
  MIEN_RETURN_IF_ERROR(database.Execute("PRAGMA user_version = " +
                                        std::to_string(kSchemaVersion)));
  return transaction.Commit();
}

}  // namespace

Result<void> PrepareSchema(const Database& database, bool read_only) {
  MIEN_ASSIGN_OR_RETURN(const auto application_id,
                        database.QueryInt(0, "PRAGMA application_id"));
  MIEN_ASSIGN_OR_RETURN(
      const auto num_tables,
      database.QueryInt(0, "SELECT count(*) FROM sqlite_master"));
  MIEN_RETURN_IF_ERROR(CheckOwner(database, application_id, num_tables));
  MIEN_ASSIGN_OR_RETURN(const auto version,
                        database.QueryInt(0, "PRAGMA user_version"));
  if (version == kSchemaVersion) {
    return {};
  }
  if (version > kSchemaVersion || read_only) {
    return Error{ErrorCode::kUnsupported,
                 database.path().string() + ": gallery of schema version " +
                     std::to_string(version) + "; this mien " +
                     (version > kSchemaVersion ? "knows versions up to "
                                               : "can read, without writing, "
                                                 "only version ") +
                     std::to_string(kSchemaVersion)};
  }
  return Migrate(database);
}

}  // namespace mien::sqlite
