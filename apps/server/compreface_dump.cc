// SPDX-License-Identifier: Apache-2.0
#include "compreface_dump.h"

#include <charconv>
#include <map>
#include <sstream>
#include <string_view>
#include <utility>

namespace mien::server {
namespace {

using Row = std::map<std::string, std::string>;  ///< by column

/// A field of COPY's text format with its escapes undone.
std::string Unescape(std::string_view field) {
  std::string text;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] != '\\' || i + 1 == field.size()) {
      text += field[i];
      continue;
    }
    const char escaped = field[++i];
    switch (escaped) {
      case 't':
        text += '\t';
        break;
      case 'n':
        text += '\n';
        break;
      case 'r':
        text += '\r';
        break;
      case 'N':  // null; no column read here has any
        break;
      default:
        text += escaped;
    }
  }
  return text;
}

std::vector<std::string> Split(const std::string& line, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(line);
  for (std::string part; std::getline(stream, part, separator);) {
    parts.push_back(part);
  }
  return parts;
}

/// The columns in "COPY public.table (a, b) FROM stdin;" if it is of `table`.
std::vector<std::string> ColumnsOf(const std::string& line,
                                   const std::string& table) {
  const std::size_t open = line.find(" (");
  const std::size_t close = line.find(')');
  if (!line.starts_with("COPY ") || open == std::string::npos ||
      close == std::string::npos) {
    return {};
  }
  const std::string name = line.substr(5, open - 5);
  if (name.substr(name.find('.') + 1) != table) {
    return {};
  }
  std::vector<std::string> columns;
  for (const std::string& column :
       Split(line.substr(open + 2, close - open - 2), ',')) {
    columns.push_back(column.substr(column.find_first_not_of(' ')));
  }
  return columns;
}

/// Calls `visit` for each row of `table` until it fails; false when the dump
/// has no such table.
Result<bool> ForEachRow(std::istream& dump,
                        const std::string& table,
                        const std::function<Result<void>(const Row&)>& visit) {
  dump.clear();
  dump.seekg(0);
  std::vector<std::string> columns;
  bool found = false;
  std::size_t number = 0;
  for (std::string line; std::getline(dump, line);) {
    ++number;
    if (columns.empty()) {
      columns = ColumnsOf(line, table);
      found = found || !columns.empty();
      continue;
    }
    if (line == "\\.") {
      columns.clear();
      continue;
    }
    const std::vector<std::string> fields = Split(line, '\t');
    if (fields.size() != columns.size()) {
      return Error{ErrorCode::kCorruptData,
                   "line " + std::to_string(number) + ": " +
                       std::to_string(fields.size()) + " fields; must be " +
                       std::to_string(columns.size())};
    }
    Row row;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      row[columns[i]] = Unescape(fields[i]);
    }
    if (auto visited = visit(row); !visited) {
      return visited.error().WithContext("line " + std::to_string(number));
    }
  }
  return found;
}

/// The numbers of an array: "{0.1,-0.2}".
Result<std::vector<float>> FloatsOf(std::string_view text) {
  std::vector<float> floats;
  const char* at = text.data() + 1;
  const char* end = text.data() + text.size() - 1;
  bool good = text.size() > 2 && text.front() == '{' && text.back() == '}';
  while (good && at < end) {
    float value = 0.0F;
    const auto [stop, error] = std::from_chars(at, end, value);
    good = error == std::errc() && (stop == end || *stop == ',');
    floats.push_back(value);
    at = stop + 1;
  }
  if (!good) {
    return Error{ErrorCode::kCorruptData, "embedding is no array of numbers"};
  }
  return floats;
}

}  // namespace

Result<std::vector<CompreFaceService>> ReadServices(std::istream& dump) {
  std::vector<CompreFaceService> services;
  MIEN_RETURN_IF_ERROR(
      ForEachRow(dump, "model", [&](const Row& row) -> Result<void> {
        if (!row.contains("name") || !row.contains("api_key")) {
          return Error{ErrorCode::kCorruptData, "a model without api_key"};
        }
        const auto type = row.find("type");
        services.push_back({row.at("name"),
                            row.at("api_key"),
                            type == row.end() ? "R" : type->second});
        return {};
      }));
  return services;
}

Result<void> ForEachFace(
    std::istream& dump,
    const std::function<Result<void>(const CompreFaceFace&)>& visit) {
  std::map<std::string, std::pair<std::string, std::string>> subjects;
  const auto missing = [](const char* table) {
    return Error{ErrorCode::kCorruptData,
                 std::string("no table \"") + table +
                     "\": not a plain dump of CompreFace's database"};
  };
  MIEN_ASSIGN_OR_RETURN(
      const bool has_subjects,
      ForEachRow(dump, "subject", [&](const Row& row) -> Result<void> {
        if (!row.contains("id") || !row.contains("api_key") ||
            !row.contains("subject_name")) {
          return Error{ErrorCode::kCorruptData, "columns are missing"};
        }
        subjects[row.at("id")] = {row.at("api_key"), row.at("subject_name")};
        return {};
      }));
  if (!has_subjects) {
    return missing("subject");
  }
  MIEN_ASSIGN_OR_RETURN(
      const bool has_faces,
      ForEachRow(dump, "embedding", [&](const Row& row) -> Result<void> {
        if (!row.contains("id") || !row.contains("subject_id") ||
            !row.contains("embedding") || !row.contains("calculator")) {
          return Error{ErrorCode::kCorruptData, "columns are missing"};
        }
        const auto subject = subjects.find(row.at("subject_id"));
        if (subject == subjects.end()) {
          return Error{ErrorCode::kCorruptData,
                       "no subject " + row.at("subject_id")};
        }
        MIEN_ASSIGN_OR_RETURN(std::vector<float> embedding,
                              FloatsOf(row.at("embedding")));
        return visit({.id = row.at("id"),
                      .api_key = subject->second.first,
                      .subject = subject->second.second,
                      .calculator = row.at("calculator"),
                      .embedding = std::move(embedding)});
      }));
  return has_faces ? Result<void>() : missing("embedding");
}

}  // namespace mien::server
