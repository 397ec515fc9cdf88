// SPDX-License-Identifier: Apache-2.0
#include "core/utf8.h"

#include <cstddef>
#include <cstdint>

namespace mien {
namespace {

/// Bytes of the character whose first byte is `lead`; 0 when none begins so.
std::size_t LengthOf(std::uint8_t lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead < 0xE0) {
    return 2;
  }
  if (lead >= 0xE0 && lead < 0xF0) {
    return 3;
  }
  return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

/// The second byte has a narrower range after some first bytes.
bool FitsSecond(std::uint8_t lead, std::uint8_t second) {
  const std::uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  return second >= low && second <= high;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    const std::size_t length = LengthOf(lead);
    if (length == 0 || length > text.size() - i) {
      return false;
    }
    if (length > 1 &&
        !FitsSecond(lead, static_cast<std::uint8_t>(text[i + 1]))) {
      return false;
    }
    for (std::size_t j = 2; j < length; ++j) {
      if ((static_cast<std::uint8_t>(text[i + j]) & 0xC0U) != 0x80) {
        return false;
      }
    }
    i += length;
  }
  return true;
}

}  // namespace mien
