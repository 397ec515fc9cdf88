// SPDX-License-Identifier: Apache-2.0
#include "eval/markup.h"

#include "core/utf8.h"

namespace mien {

std::string EscapeMarkup(std::string_view text) {
  const bool is_utf8 = IsUtf8(text);
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if (c == '"') {
      escaped += "&quot;";
    } else if (c == '\'') {
      escaped += "&#39;";
    } else if (byte < 0x20 || byte == 0x7F) {
      escaped += ' ';
    } else if (byte < 0x80 || is_utf8) {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace mien
