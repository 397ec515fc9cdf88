// SPDX-License-Identifier: Apache-2.0
#include "gallery/sqlite/database.h"

#include <utility>

#include "core/check.h"

namespace mien::sqlite {
namespace {

ErrorCode CodeOf(int sqlite_code) {
  switch (sqlite_code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return ErrorCode::kCorruptData;
    case SQLITE_CONSTRAINT:
      return ErrorCode::kAlreadyExists;
    default:
      return ErrorCode::kIo;
  }
}

/// Pages copied between two looks at the lock of the source.
constexpr int kBackupStepPages = 1024;

}  // namespace

Statement::Statement(const Database& database, sqlite3_stmt* handle)
    : database_(&database), handle_(handle, {database.library_}) {}

// Binding fails only for an index out of range, which is a bug.
void Statement::Bind(std::int64_t value) {
  MIEN_CHECK(database_->library_->bind_int64(
                 handle_.get(), ++num_bound_, value) == SQLITE_OK);
}

void Statement::Bind(double value) {
  MIEN_CHECK(database_->library_->bind_double(
                 handle_.get(), ++num_bound_, value) == SQLITE_OK);
}

void Statement::Bind(std::string_view text) {
  MIEN_CHECK(database_->library_->bind_text(handle_.get(),
                                            ++num_bound_,
                                            text.empty() ? "" : text.data(),
                                            static_cast<int>(text.size()),
                                            SQLITE_TRANSIENT) == SQLITE_OK);
}

void Statement::Bind(std::span<const std::byte> blob) {
  static constexpr std::byte kNothing{};
  MIEN_CHECK(
      database_->library_->bind_blob(handle_.get(),
                                     ++num_bound_,
                                     blob.empty() ? &kNothing : blob.data(),
                                     static_cast<int>(blob.size()),
                                     SQLITE_TRANSIENT) == SQLITE_OK);
}

void Statement::Rebind(std::int64_t value) {
  // Its result repeats the error of the last step, which has been told.
  database_->library_->reset(handle_.get());
  num_bound_ = 0;
  Bind(value);
}

Result<bool> Statement::Step() {
  switch (database_->library_->step(handle_.get())) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return database_->LastError();
  }
}

std::int64_t Statement::Int(int i) const {
  return database_->library_->column_int64(handle_.get(), i);
}

double Statement::Real(int i) const {
  return database_->library_->column_double(handle_.get(), i);
}

std::string Statement::Text(int i) const {
  const auto blob = Blob(i);
  return {reinterpret_cast<const char*>(blob.data()), blob.size()};
}

std::span<const std::byte> Statement::Blob(int i) const {
  // column_bytes() must come second: column_blob() may convert the value.
  const void* data = database_->library_->column_blob(handle_.get(), i);
  const int size = database_->library_->column_bytes(handle_.get(), i);
  return {static_cast<const std::byte*>(data), static_cast<std::size_t>(size)};
}

Result<Database> Database::Open(const std::filesystem::path& path,
                                const DatabaseOptions& options) {
  const Library* library = &PlainLibrary();
  if (!options.key.empty()) {
    MIEN_ASSIGN_OR_RETURN(library, CipherLibrary());
  }
  std::error_code ignored;
  if (!options.create && !std::filesystem::exists(path, ignored)) {
    return Error{ErrorCode::kNotFound, path.string() + ": no such gallery"};
  }
  Database database(path, options.key, library);
  MIEN_RETURN_IF_ERROR(database.Connect(options));
  return database;
}

Result<void> Database::Connect(const DatabaseOptions& options) {
  int flags = options.read_only ? SQLITE_OPEN_READONLY
                                : SQLITE_OPEN_READWRITE |
                                      (options.create ? SQLITE_OPEN_CREATE : 0);
  sqlite3* handle = nullptr;
  const int code = library_->open_v2(
      path_.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_ = {handle, {library_}};
  if (code != SQLITE_OK) {
    return LastError();
  }
  library_->busy_timeout(handle,
                         static_cast<int>(options.busy_timeout.count()));
  if (!key_.empty() &&
      library_->key(handle, key_.data(), static_cast<int>(key_.size())) !=
          SQLITE_OK) {
    return LastError();
  }
  // The first read finds out whether this is a database and the key fits.
  auto readable = Execute("SELECT count(*) FROM sqlite_master");
  if (!readable && readable.error().code == ErrorCode::kCorruptData) {
    return Error{ErrorCode::kCorruptData,
                 path_.string() +
                     (key_.empty() ? ": not a gallery, or an encrypted one"
                                   : ": not a gallery, or not with this key")};
  }
  return readable;
}

Result<Statement> Database::Compile(std::string_view sql) const {
  sqlite3_stmt* handle = nullptr;
  if (library_->prepare_v2(handle_.get(),
                           sql.data(),
                           static_cast<int>(sql.size()),
                           &handle,
                           nullptr) != SQLITE_OK) {
    return LastError();
  }
  return Statement(*this, handle);
}

Result<void> Database::StepToEnd(Statement& statement) {
  for (bool more = true; more;) {
    MIEN_ASSIGN_OR_RETURN(more, statement.Step());
  }
  return {};
}

std::int64_t Database::LastInsertId() const {
  return library_->last_insert_rowid(handle_.get());
}

int Database::NumChanges() const { return library_->changes(handle_.get()); }

Error Database::LastError() const {
  return {CodeOf(library_->extended_errcode(handle_.get())),
          path_.string() + ": " + library_->errmsg(handle_.get())};
}

Result<void> Database::CopyTo(const std::filesystem::path& path) const {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    return Error{ErrorCode::kAlreadyExists, path.string() + ": exists already"};
  }
  MIEN_ASSIGN_OR_RETURN(const Database copy, Open(path, {.key = key_}));
  sqlite3_backup* backup =
      library_->backup_init(copy.handle_.get(), "main", handle_.get(), "main");
  if (backup == nullptr) {
    return copy.LastError();
  }
  int code = SQLITE_OK;
  while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) {
    code = library_->backup_step(backup, kBackupStepPages);
  }
  if (library_->backup_finish(backup) != SQLITE_OK) {
    const Error error = copy.LastError();
    std::filesystem::remove(path, ignored);
    return error;
  }
  return {};
}

Result<Transaction> Transaction::Begin(const Database& database) {
  MIEN_RETURN_IF_ERROR(database.Execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Result<Transaction> Transaction::BeginReading(const Database& database) {
  MIEN_RETURN_IF_ERROR(database.Execute("BEGIN"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  if (database_ != nullptr) {
    // SQLite has rolled back by itself after a full disk; then this fails.
    const auto ignored = database_->Execute("ROLLBACK");
    static_cast<void>(ignored);
  }
}

Result<void> Transaction::Commit() {
  MIEN_RETURN_IF_ERROR(database_->Execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace mien::sqlite
