// SPDX-License-Identifier: Apache-2.0
#include "data/csv.h"

#include <algorithm>

namespace mien {
namespace {

std::string Quoted(const std::string& field) {
  if (field.find_first_of(",\"\r\n") == std::string::npos) {
    return field;
  }
  std::string quoted = "\"";
  for (const char c : field) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + '"';
}

}  // namespace

std::string CsvLine(std::span<const std::string> fields) {
  std::string line;
  for (const std::string& field : fields) {
    line += (&field == fields.data() ? "" : ",") + Quoted(field);
  }
  return line + '\n';
}

bool CsvReader::Next(std::vector<std::string>& fields) {
  fields.assign(1, {});
  bool quoted = false;
  for (std::size_t at = offset_; at < text_.size(); ++at) {
    const char c = text_[at];
    const char after = at + 1 < text_.size() ? text_[at + 1] : '\0';
    if (quoted) {
      if (c == '"' && after == '"') {
        fields.back() += text_[at++];
      } else if (c == '"') {
        quoted = false;
      } else {
        fields.back() += c;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      const auto record = text_.substr(offset_, at - offset_);
      offset_ = at + 1;
      line_ = next_line_;
      next_line_ += 1 + static_cast<int>(std::ranges::count(record, '\n'));
      if (fields.size() > 1 || !fields[0].empty()) {
        return true;
      }
    } else if (c != '\r' || after != '\n') {
      fields.back() += c;
    }
  }
  return false;
}

}  // namespace mien
