// SPDX-License-Identifier: Apache-2.0
//
// What pages written by mien need beside EscapeMarkup() (eval/markup.h).
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace mien::cli {

/// `path` as a relative or absolute URL: every byte but letters, digits and
/// - . _ ~ / in percent notation (RFC 3986, section 2.1).
std::string UrlOfPath(const std::filesystem::path& path);

/// RFC 4648, section 4, with padding.
std::string Base64(std::span<const std::byte> bytes);

}  // namespace mien::cli
