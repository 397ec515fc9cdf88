// SPDX-License-Identifier: Apache-2.0
#include "multipart.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

namespace mien::server {
namespace {

constexpr std::size_t kMaxParts = 100;

// RFC 2046, section 5.1.1.
constexpr std::size_t kMaxBoundary = 70;

Error Refuse(std::string why) {
  return {ErrorCode::kInvalidArgument, "multipart body: " + std::move(why)};
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return lower;
}

/// The value of `name` in "form-data; name=\"a\"; filename=b".
std::optional<std::string> Parameter(std::string_view header,
                                     std::string_view name) {
  std::size_t at = header.find(';');
  while (at != std::string_view::npos) {
    header.remove_prefix(at + 1);
    header.remove_prefix(
        std::min(header.find_first_not_of(" \t"), header.size()));
    const std::size_t equals = header.find('=');
    if (equals == std::string_view::npos) {
      return std::nullopt;
    }
    const std::string key = Lower(header.substr(0, equals));
    header.remove_prefix(equals + 1);
    std::string value;
    if (header.starts_with('"')) {
      std::size_t i = 1;
      for (; i < header.size() && header[i] != '"'; ++i) {
        if (header[i] == '\\' && i + 1 < header.size()) {
          ++i;
        }
        value += header[i];
      }
      header.remove_prefix(std::min(i + 1, header.size()));
    } else {
      value = header.substr(0, header.find(';'));
    }
    if (key == name) {
      return value;
    }
    at = header.find(';');
  }
  return std::nullopt;
}

/// Reads the lines of a part's head up to the empty one; false when there is
/// none.
bool TakeHead(std::string_view& part, FormPart& parsed) {
  while (true) {
    const std::size_t end = part.find("\r\n");
    if (end == std::string_view::npos) {
      return false;
    }
    const std::string_view line = part.substr(0, end);
    part.remove_prefix(end + 2);
    if (line.empty()) {
      return true;
    }
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos &&
        Lower(line.substr(0, colon)) == "content-disposition") {
      const std::string_view value = line.substr(colon + 1);
      parsed.name = Parameter(value, "name").value_or("");
      const auto filename = Parameter(value, "filename");
      parsed.is_file = filename.has_value();
      parsed.filename = filename.value_or("");
    }
  }
}

}  // namespace

Result<std::vector<FormPart>> ParseMultipart(std::string_view content_type,
                                             std::string_view body) {
  const auto boundary = Parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kMaxBoundary) {
    return Refuse("the Content-Type states no boundary");
  }
  const std::string delimiter = "\r\n--" + *boundary;
  // The first delimiter needs no line break before it.
  const std::string first = delimiter.substr(2);
  std::size_t at =
      body.starts_with(first) ? first.size() : body.find(delimiter);
  if (at == std::string_view::npos) {
    return Refuse("its boundary does not occur");
  }
  if (!body.starts_with(first)) {
    at += delimiter.size();
  }
  std::vector<FormPart> parts;
  while (!body.substr(at).starts_with("--")) {
    const std::size_t start = body.find("\r\n", at);
    const std::size_t end = body.find(delimiter, at);
    if (start == std::string_view::npos || end == std::string_view::npos) {
      return Refuse("it breaks off in part " + std::to_string(parts.size()));
    }
    if (parts.size() == kMaxParts) {
      return Refuse("more than " + std::to_string(kMaxParts) + " parts");
    }
    std::string_view part =
        body.substr(start + 2, std::max(end, start + 2) - start - 2);
    FormPart parsed;
    if (!TakeHead(part, parsed) || parsed.name.empty()) {
      return Refuse("part " + std::to_string(parts.size()) + " has no name");
    }
    parsed.content = part;
    parts.push_back(std::move(parsed));
    at = end + delimiter.size();
  }
  return parts;
}

}  // namespace mien::server
