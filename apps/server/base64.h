// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mien/result.h"

namespace mien::server {

/// The bytes of `text` in base64 (RFC 4648, both alphabets), with or without
/// padding, line breaks and the beginning "data:...;base64,".
///
/// Errors:
/// - kInvalidArgument: says which character is wrong and where.
Result<std::vector<std::byte>> DecodeBase64(std::string_view text);

}  // namespace mien::server
