// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mien/result.h"

namespace mien {

/// The bytes of the file at `path`.
///
/// Errors, each naming the path:
/// - kNotFound: there is none.
/// - kLimitExceeded: longer than `max_bytes`.
/// - kIo: a folder, or not readable.
Result<std::vector<std::byte>> ReadFile(const std::filesystem::path& path,
                                        std::size_t max_bytes = std::size_t{1}
                                                                << 34U);

/// ReadFile() as text.
Result<std::string> ReadTextFile(const std::filesystem::path& path,
                                 std::size_t max_bytes = std::size_t{1} << 30U);

/// Writes `data` to `path` so that after a crash or a full disk either the old
/// file or the whole new one is there: temporary file beside it, fsync, rename.
///
/// Errors:
/// - kIo: names the path and what the system said.
Result<void> WriteFileAtomically(const std::filesystem::path& path,
                                 std::span<const std::byte> data);

/// WriteFileAtomically() of text.
Result<void> WriteFileAtomically(const std::filesystem::path& path,
                                 std::string_view text);

}  // namespace mien
