// SPDX-License-Identifier: Apache-2.0
#include "gallery/sqlite/sqlite_library.h"

#include <dlfcn.h>

namespace mien::sqlite {
namespace {

/// Calls `visit(symbol name, pointer to it in library)` for every function.
template <typename Visit>
void ForEachFunction(Library& library, Visit visit) {
  visit("sqlite3_open_v2", library.open_v2);
  visit("sqlite3_close_v2", library.close_v2);
  visit("sqlite3_errmsg", library.errmsg);
  visit("sqlite3_extended_errcode", library.extended_errcode);
  visit("sqlite3_busy_timeout", library.busy_timeout);
  visit("sqlite3_changes", library.changes);
  visit("sqlite3_last_insert_rowid", library.last_insert_rowid);
  visit("sqlite3_prepare_v2", library.prepare_v2);
  visit("sqlite3_finalize", library.finalize);
  visit("sqlite3_step", library.step);
  visit("sqlite3_reset", library.reset);
  visit("sqlite3_bind_int64", library.bind_int64);
  visit("sqlite3_bind_double", library.bind_double);
  visit("sqlite3_bind_text", library.bind_text);
  visit("sqlite3_bind_blob", library.bind_blob);
  visit("sqlite3_column_int64", library.column_int64);
  visit("sqlite3_column_double", library.column_double);
  visit("sqlite3_column_blob", library.column_blob);
  visit("sqlite3_column_bytes", library.column_bytes);
  visit("sqlite3_backup_init", library.backup_init);
  visit("sqlite3_backup_step", library.backup_step);
  visit("sqlite3_backup_finish", library.backup_finish);
  visit("sqlite3_key", library.key);
}

Library LinkedLibrary() {
  Library library;
  library.open_v2 = sqlite3_open_v2;
  library.close_v2 = sqlite3_close_v2;
  library.errmsg = sqlite3_errmsg;
  library.extended_errcode = sqlite3_extended_errcode;
  library.busy_timeout = sqlite3_busy_timeout;
  library.changes = sqlite3_changes;
  library.last_insert_rowid = sqlite3_last_insert_rowid;
  library.prepare_v2 = sqlite3_prepare_v2;
  library.finalize = sqlite3_finalize;
  library.step = sqlite3_step;
  library.reset = sqlite3_reset;
  library.bind_int64 = sqlite3_bind_int64;
  library.bind_double = sqlite3_bind_double;
  library.bind_text = sqlite3_bind_text;
  library.bind_blob = sqlite3_bind_blob;
  library.column_int64 = sqlite3_column_int64;
  library.column_double = sqlite3_column_double;
  library.column_blob = sqlite3_column_blob;
  library.column_bytes = sqlite3_column_bytes;
  library.backup_init = sqlite3_backup_init;
  library.backup_step = sqlite3_backup_step;
  library.backup_finish = sqlite3_backup_finish;
  return library;
}

Result<Library> LoadCipherLibrary() {
  // RTLD_DEEPBIND: its calls to itself must not end in the linked SQLite.
  void* handle =
      ::dlopen("libsqlcipher.so.0", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (handle == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 "an encrypted gallery needs SQLCipher (Debian: apt install "
                 "libsqlcipher0)"};
  }
  Library library;
  const char* missing = nullptr;
  ForEachFunction(library, [&](const char* name, auto& function) {
    void* symbol = ::dlsym(handle, name);
    if (symbol == nullptr) {
      missing = name;
    }
    function =
        reinterpret_cast<std::remove_reference_t<decltype(function)>>(symbol);
  });
  if (missing != nullptr) {
    return Error{ErrorCode::kUnsupported,
                 std::string("libsqlcipher.so.0 has no ") + missing};
  }
  return library;
}

}  // namespace

const Library& PlainLibrary() {
  static const Library library = LinkedLibrary();
  return library;
}

Result<const Library*> CipherLibrary() {
  static const Result<Library> library = LoadCipherLibrary();
  if (!library) {
    return library.error();
  }
  return &*library;
}

}  // namespace mien::sqlite
