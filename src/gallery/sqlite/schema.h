// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gallery/sqlite/database.h"
#include "mien/result.h"

namespace mien::sqlite {

/// What stands in a gallery file's header as application id: "mien".
inline constexpr int kApplicationId = 0x6D69656E;

/// The schema that this build reads and writes; see docs/gallery.md.
inline constexpr int kSchemaVersion = 2;

/// Makes the tables of a new file, or brings an older gallery up to date, one
/// numbered migration after the other, all or nothing.
///
/// Errors:
/// - kUnsupported: the file is of a newer version, or older and `read_only`.
/// - kCorruptData: a database of another program.
Result<void> PrepareSchema(const Database& database, bool read_only);

}  // namespace mien::sqlite
