// SPDX-License-Identifier: Apache-2.0
#include "graph/text.h"

#include <cstddef>

namespace mien {
namespace {

/// Whether `next` may follow `lead`: no overlong form, surrogate or code point
/// beyond U+10FFFF (Unicode standard, table 3-7).
bool MayFollow(unsigned char lead, unsigned char next) {
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  return next >= low && next <= high;
}

/// Length of the UTF-8 sequence that begins with `lead`, 0 if none does.
std::size_t SequenceLength(unsigned char lead) {
  if (lead < 0x80) {
    return lead >= 0x20 && lead != 0x7F ? 1 : 0;
  }
  if (lead >= 0xC2 && lead < 0xE0) {
    return 2;
  }
  if (lead >= 0xE0 && lead < 0xF0) {
    return 3;
  }
  return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

}  // namespace

bool IsPrintable(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length =
        SequenceLength(static_cast<unsigned char>(text[i]));
    if (length == 0 || i + length > text.size()) {
      return false;
    }
    for (std::size_t k = 1; k < length; ++k) {
      const auto lead = static_cast<unsigned char>(k == 1 ? text[i] : 0x80);
      if (!MayFollow(lead, static_cast<unsigned char>(text[i + k]))) {
        return false;
      }
    }
    i += length;
  }
  return true;
}

}  // namespace mien
