// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <ostream>
#include <string>

#include "mien/gallery.h"
#include "mien/result.h"

namespace mien::cli {

/// Writes every template of `collection` as a JSON line: {"subject", "model",
/// "digest", "negative", "quality", "source", "embedding": [...]}.
///
/// Errors: those of Gallery's methods; kIo when `out` fails.
Result<void> ExportTemplates(Gallery& gallery,
                             const std::string& collection,
                             std::ostream& out);

/// Adds the templates in `file`, written by ExportTemplates(), and returns how
/// many were new.
///
/// Errors: those of Gallery::AddTemplate() and ReadTextFile().
/// - kCorruptData: a malformed line, by file and line; the lines before it have
///   been added.
Result<int> ImportTemplates(Gallery& gallery,
                            const std::string& collection,
                            const std::filesystem::path& file);

}  // namespace mien::cli
