// SPDX-License-Identifier: Apache-2.0
#include "url.h"

#include <utility>

namespace mien::server {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// The part of `text` before `mark`, and drops it and the mark from `text`.
std::string_view TakeUntil(std::string_view& text, char mark) {
  const std::size_t end = text.find(mark);
  const std::string_view part = text.substr(0, end);
  text =
      end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return part;
}

}  // namespace

std::optional<std::string> PercentDecode(std::string_view text,
                                         PlusMeans plus) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return std::nullopt;
      }
      decoded += static_cast<char>(16 * high + low);
      i += 2;
    } else {
      decoded += text[i] == '+' && plus == PlusMeans::kSpace ? ' ' : text[i];
    }
  }
  return decoded;
}

TextPairs ParseQuery(std::string_view query) {
  TextPairs pairs;
  while (!query.empty()) {
    std::string_view pair = TakeUntil(query, '&');
    const auto name = PercentDecode(TakeUntil(pair, '='), PlusMeans::kSpace);
    auto value = PercentDecode(pair, PlusMeans::kSpace);
    if (name && value && !name->empty()) {
      pairs.emplace_back(*name, *std::move(value));
    }
  }
  return pairs;
}

std::optional<std::vector<std::string>> SplitPath(std::string_view path) {
  std::vector<std::string> segments;
  if (!path.starts_with('/')) {
    return std::nullopt;
  }
  path.remove_prefix(1);
  while (!path.empty()) {
    auto segment = PercentDecode(TakeUntil(path, '/'), PlusMeans::kPlus);
    if (!segment) {
      return std::nullopt;
    }
    segments.push_back(*std::move(segment));
  }
  return segments;
}

}  // namespace mien::server
