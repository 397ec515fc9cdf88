// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace mien {

/// Whether `text` is well-formed UTF-8 without control characters, so that it
/// can stand in messages and JSON.
bool IsPrintable(std::string_view text);

}  // namespace mien
