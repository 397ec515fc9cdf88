// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace mien {

/// Whether `text` is well-formed UTF-8 (Unicode 15, table 3-7): no overlong
/// forms, no surrogates, nothing above U+10FFFF.
bool IsUtf8(std::string_view text);

}  // namespace mien
