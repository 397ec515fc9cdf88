// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "image/decoder.h"

namespace mien {

/// The format whose signature `file` begins with.
std::optional<ImageFormat> SniffFormat(FileBytes file);

/// What a file of no known format looks like, for people: "an empty file",
/// "text, not a picture", "a PDF file", "no known picture format (first bytes
/// 00 01 ...)".
std::string DescribeUnknown(FileBytes file);

}  // namespace mien
