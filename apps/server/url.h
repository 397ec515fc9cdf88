// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http_message.h"

namespace mien::server {

/// `text` with %41 read as A; none for a % without two hex digits. In query
/// strings + stands for a space, in paths for itself.
enum class PlusMeans { kPlus, kSpace };
std::optional<std::string> PercentDecode(std::string_view text, PlusMeans plus);

/// The pairs of "a=1&b=2". Empty pairs, as in "&a=1" (CompreFace's clients send
/// "?&a=1"), and pairs that cannot be decoded are left out.
TextPairs ParseQuery(std::string_view query);

/// The decoded segments of "/v1/subjects/Ada%20L"; none when one cannot be
/// decoded. A slash at the end makes no segment.
std::optional<std::vector<std::string>> SplitPath(std::string_view path);

}  // namespace mien::server
