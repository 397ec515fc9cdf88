// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "json.h"
#include "mien/result.h"

namespace mien::server {

using cli::Json;

/// Parses the JSON text of a request. A parsed value takes some fifty times the
/// memory of the shortest text for it, so depth and number of values are
/// checked first.
///
/// Errors:
/// - kInvalidArgument: not JSON; says where.
/// - kLimitExceeded: deeper than 16, or more than 500,000 values.
Result<Json> ParseJson(std::string_view text);

}  // namespace mien::server
