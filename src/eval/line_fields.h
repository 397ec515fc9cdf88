// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mien/result.h"

namespace mien {

/// The lines of `text`, without their line breaks.
std::vector<std::string_view> SplitLines(std::string_view text);

/// The parts of `line` between blanks, tabs and carriage returns.
std::vector<std::string_view> SplitAtBlanks(std::string_view line);

/// The parts of `line` between commas, without blanks around them. A part may
/// stand in quotes, with "" for a quote (RFC 4180).
std::vector<std::string> SplitAtCommas(std::string_view line);

/// A whole number >= 0 that is all of `text`, or none.
std::optional<int> ParseCount(std::string_view text);

/// kCorruptData "line N: what", N counted from 1.
Error LineError(std::size_t line_idx, std::string_view what);

}  // namespace mien
