// SPDX-License-Identifier: Apache-2.0
#include "data/source_list.h"

#include <algorithm>
#include <cstddef>

#include "core/file.h"
#include "data/csv.h"

namespace mien {

std::string IdentityFromFolder(const std::filesystem::path& root,
                               const std::filesystem::path& picture) {
  const std::string folder =
      picture.parent_path().lexically_relative(root).generic_string();
  return folder == "." || folder.starts_with("..") ? "" : folder;
}

Result<std::vector<PictureSource>> ReadSourceTable(
    const std::filesystem::path& file) {
  MIEN_ASSIGN_OR_RETURN(std::string text, ReadTextFile(file));
  if (!text.ends_with('\n')) {
    text += '\n';
  }
  const auto fail = [&](int line, const std::string& what) {
    return Error{
        ErrorCode::kCorruptData,
        file.string() + ": line " + std::to_string(line) + ": " + what};
  };
  CsvReader reader(text);
  std::vector<std::string> columns;
  reader.Next(columns);
  const auto column = [&](const char* name) {
    return static_cast<std::size_t>(std::ranges::find(columns, name) -
                                    columns.begin());
  };
  const std::size_t path = column("path");
  const std::size_t identity = column("identity");
  if (path == columns.size() || identity == columns.size()) {
    return fail(1, "no columns \"path\" and \"identity\"");
  }
  std::vector<PictureSource> sources;
  std::vector<std::string> fields;
  while (reader.Next(fields)) {
    if (fields.size() != columns.size() || fields[path].empty()) {
      return fail(reader.line(),
                  "has " + std::to_string(fields.size()) +
                      " fields or no path; must have " +
                      std::to_string(columns.size()) + " fields");
    }
    sources.push_back({file.parent_path() / fields[path], fields[identity]});
  }
  if (reader.offset() != text.size()) {
    return fail(reader.line() + 1, "a quote is not closed");
  }
  return sources;
}

}  // namespace mien
