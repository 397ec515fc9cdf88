// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace mien {

/// `text` with &, <, > and quotes written as entities, for HTML and SVG.
/// Control characters become spaces, and text that is not UTF-8 loses the bytes
/// that are not ASCII.
std::string EscapeMarkup(std::string_view text);

}  // namespace mien
