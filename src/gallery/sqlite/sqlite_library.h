// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sqlite3.h>

#include "mien/result.h"

namespace mien::sqlite {

/// The functions of SQLite that mien calls. SQLCipher has the same ones, and
/// both can be in one process because nothing calls them by name.
struct Library {
  decltype(&sqlite3_open_v2) open_v2 = nullptr;
  decltype(&sqlite3_close_v2) close_v2 = nullptr;
  decltype(&sqlite3_errmsg) errmsg = nullptr;
  decltype(&sqlite3_extended_errcode) extended_errcode = nullptr;
  decltype(&sqlite3_busy_timeout) busy_timeout = nullptr;
  decltype(&sqlite3_changes) changes = nullptr;
  decltype(&sqlite3_last_insert_rowid) last_insert_rowid = nullptr;
  decltype(&sqlite3_prepare_v2) prepare_v2 = nullptr;
  decltype(&sqlite3_finalize) finalize = nullptr;
  decltype(&sqlite3_step) step = nullptr;
  decltype(&sqlite3_reset) reset = nullptr;
  decltype(&sqlite3_bind_int64) bind_int64 = nullptr;
  decltype(&sqlite3_bind_double) bind_double = nullptr;
  decltype(&sqlite3_bind_text) bind_text = nullptr;
  decltype(&sqlite3_bind_blob) bind_blob = nullptr;
  decltype(&sqlite3_column_int64) column_int64 = nullptr;
  decltype(&sqlite3_column_double) column_double = nullptr;
  decltype(&sqlite3_column_blob) column_blob = nullptr;
  decltype(&sqlite3_column_bytes) column_bytes = nullptr;
  decltype(&sqlite3_backup_init) backup_init = nullptr;
  decltype(&sqlite3_backup_step) backup_step = nullptr;
  decltype(&sqlite3_backup_finish) backup_finish = nullptr;

  /// SQLCipher only: sets the key of a connection.
  int (*key)(sqlite3* connection, const void* key, int num_bytes) = nullptr;
};

/// Debian's SQLite, linked in.
const Library& PlainLibrary();

/// SQLCipher, loaded at the first call.
///
/// Errors:
/// - kUnsupported: not installed; says which package has it.
Result<const Library*> CipherLibrary();

}  // namespace mien::sqlite
