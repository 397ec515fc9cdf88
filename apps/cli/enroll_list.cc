// SPDX-License-Identifier: Apache-2.0
#include "enroll_list.h"

#include <algorithm>
#include <optional>
#include <sstream>

#include "core/file.h"
#include "inputs.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

Result<std::vector<EnrollItem>> ItemsOfSubject(
    std::span<const std::string> inputs, const std::string& subject) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<fs::path> pictures,
                        ExpandInputs(inputs));
  std::vector<EnrollItem> items;
  for (const fs::path& picture : pictures) {
    items.push_back({subject, picture});
  }
  return items;
}

Result<std::vector<EnrollItem>> ItemsOfFolder(const fs::path& folder) {
  std::vector<fs::path> people;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory()) {
      people.push_back(entry.path());
    }
  }
  if (people.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 folder.string() +
                     ": holds no folders, one for each person; for pictures "
                     "of one person say --subject NAME"};
  }
  std::ranges::sort(people);
  std::vector<EnrollItem> items;
  for (const fs::path& person : people) {
    const std::string path = person.string();
    MIEN_ASSIGN_OR_RETURN(
        const std::vector<EnrollItem> some,
        ItemsOfSubject(std::span(&path, 1), person.filename().string()));
    items.insert(items.end(), some.begin(), some.end());
  }
  return items;
}

/// Two fields of a line, or nothing when it has not exactly two.
std::optional<std::pair<std::string, std::string>> SplitLine(
    const std::string& line) {
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool is_doubled =
        is_quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"';
    if (is_doubled) {
      fields.back() += line[++i];
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  if (fields.size() != 2 || is_quoted || fields[0].empty() ||
      fields[1].empty()) {
    return std::nullopt;
  }
  return std::pair(fields[0], fields[1]);
}

Result<std::vector<EnrollItem>> ItemsOfCsv(const fs::path& file) {
  MIEN_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(file));
  std::istringstream lines(text);
  std::vector<EnrollItem> items;
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (!line.empty() && line.back() == '\r') {
      line.pop_back();
    }
    if (line.empty() || (number == 1 && line == "subject,picture")) {
      continue;
    }
    const auto fields = SplitLine(line);
    if (!fields) {
      return Error{ErrorCode::kCorruptData,
                   file.string() + ":" + std::to_string(number) +
                       ": expected `subject,picture`"};
    }
    items.push_back({fields->first, file.parent_path() / fields->second});
  }
  return items;
}

}  // namespace

Result<std::vector<EnrollItem>> ListEnrollItems(
    std::span<const std::string> inputs, const std::string& subject) {
  if (!subject.empty()) {
    return ItemsOfSubject(inputs, subject);
  }
  std::vector<EnrollItem> items;
  for (const std::string& input : inputs) {
    Result<std::vector<EnrollItem>> some = std::vector<EnrollItem>();
    if (fs::is_directory(input)) {
      some = ItemsOfFolder(input);
    } else if (fs::path(input).extension() == ".csv") {
      some = ItemsOfCsv(input);
    } else {
      some = Error{ErrorCode::kInvalidArgument,
                   input + ": whom does it show? Say --subject NAME"};
    }
    MIEN_RETURN_IF_ERROR(some);
    items.insert(items.end(), some->begin(), some->end());
  }
  if (items.empty()) {
    return Error{ErrorCode::kInvalidImage, "no pictures to enrol"};
  }
  return items;
}

}  // namespace mien::cli
