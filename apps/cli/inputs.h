// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "mien/result.h"

namespace mien::cli {

/// The pictures that the arguments of a command mean: a file stands for itself,
/// a folder for the pictures in it and below it (by their endings, in order of
/// their paths), a pattern with *, ? or [ for what it matches.
///
/// Errors:
/// - kInvalidImage: an argument that stands for no file at all.
Result<std::vector<std::filesystem::path>> ExpandInputs(
    std::span<const std::string> arguments);

}  // namespace mien::cli
