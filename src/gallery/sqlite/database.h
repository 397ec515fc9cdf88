// SPDX-License-Identifier: Apache-2.0
//
// SQLite with mien's error type: one connection, statements, transactions.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "gallery/sqlite/sqlite_library.h"
#include "mien/result.h"

namespace mien::sqlite {

class Database;

/// A statement with its parameters, being stepped through. Must not outlive its
/// database.
class Statement {
 public:
  Statement(const Database& database, sqlite3_stmt* handle);

  /// Gives the next parameter its value, beginning with the first.
  void Bind(std::int64_t value);
  void Bind(double value);
  void Bind(std::string_view text);
  void Bind(std::span<const std::byte> blob);

  /// Starts again with `value` as the only parameter.
  void Rebind(std::int64_t value);

  /// Goes to the next row; false after the last.
  Result<bool> Step();

  /// Column `i` of the present row.
  [[nodiscard]] std::int64_t Int(int i) const;
  [[nodiscard]] double Real(int i) const;
  [[nodiscard]] std::string Text(int i) const;

  /// Valid until the next Step().
  [[nodiscard]] std::span<const std::byte> Blob(int i) const;

 private:
  struct Finalizer {
    const Library* library;

    void operator()(sqlite3_stmt* handle) const { library->finalize(handle); }
  };

  const Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalizer> handle_;
  int num_bound_ = 0;
};

struct DatabaseOptions {
  bool create = true;
  bool read_only = false;
  std::string key = {};  ///< empty for a plain file
  std::chrono::milliseconds busy_timeout{10'000};
};

/// One connection. Not safe for concurrent use.
class Database {
 public:
  /// Errors: kNotFound, kCorruptData (not a database, or a wrong key),
  /// kUnsupported (no SQLCipher), kIo.
  static Result<Database> Open(const std::filesystem::path& path,
                               const DatabaseOptions& options);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Compiles `sql` and binds `parameters` in order.
  template <typename... Parameters>
  Result<Statement> Prepare(std::string_view sql,
                            const Parameters&... parameters) const {
    MIEN_ASSIGN_OR_RETURN(Statement statement, Compile(sql));
    (statement.Bind(parameters), ...);
    return statement;
  }

  /// Runs `sql` to its end, its rows ignored.
  template <typename... Parameters>
  Result<void> Execute(std::string_view sql,
                       const Parameters&... parameters) const {
    MIEN_ASSIGN_OR_RETURN(Statement statement, Prepare(sql, parameters...));
    return StepToEnd(statement);
  }

  /// The first column of the first row as an integer, or `fallback` when there
  /// is no row.
  template <typename... Parameters>
  Result<std::int64_t> QueryInt(std::int64_t fallback,
                                std::string_view sql,
                                const Parameters&... parameters) const {
    MIEN_ASSIGN_OR_RETURN(Statement statement, Prepare(sql, parameters...));
    MIEN_ASSIGN_OR_RETURN(const bool found, statement.Step());
    return found ? statement.Int(0) : fallback;
  }

  [[nodiscard]] std::int64_t LastInsertId() const;

  /// Rows changed by the last statement.
  [[nodiscard]] int NumChanges() const;

  /// What SQLite says about its last failure, with the path.
  [[nodiscard]] Error LastError() const;

  /// Copies everything to the new file at `path`.
  [[nodiscard]] Result<void> CopyTo(const std::filesystem::path& path) const;

 private:
  friend class Statement;

  struct Closer {
    const Library* library = nullptr;

    void operator()(sqlite3* handle) const { library->close_v2(handle); }
  };

  Database(std::filesystem::path path, std::string key, const Library* library)
      : path_(std::move(path)),
        key_(std::move(key)),
        library_(library),
        handle_(nullptr, Closer{library}) {}

  [[nodiscard]] Result<void> Connect(const DatabaseOptions& options);
  [[nodiscard]] Result<Statement> Compile(std::string_view sql) const;
  static Result<void> StepToEnd(Statement& statement);

  std::filesystem::path path_;
  std::string key_;
  const Library* library_;
  std::unique_ptr<sqlite3, Closer> handle_;
};

/// Rolls back when it goes away without Commit().
class Transaction {
 public:
  /// Takes the write lock at once, so that no later step can fail for it.
  static Result<Transaction> Begin(const Database& database);

  /// Everything that is read until the end is of one moment. Takes no lock that
  /// others would wait for.
  static Result<Transaction> BeginReading(const Database& database);

  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Result<void> Commit();

 private:
  explicit Transaction(const Database& database) : database_(&database) {}

  const Database* database_;
};

}  // namespace mien::sqlite
