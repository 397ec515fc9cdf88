// SPDX-License-Identifier: Apache-2.0
//
// The little of the tar format (POSIX.1-1988, ustar) that shards need. Depends
// on core.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "mien/result.h"

namespace mien {

inline constexpr std::size_t kTarBlock = 512;

/// What stands before the bytes of a member.
using TarHeader = std::array<std::byte, kTarBlock>;

/// `size` rounded up to whole blocks.
constexpr std::uint64_t TarPadded(std::uint64_t size) {
  return (size + kTarBlock - 1) / kTarBlock * kTarBlock;
}

/// The header of a plain file called `name`, 1 to 99 bytes, of `size` bytes,
/// below 8 GiB. Owner and time are fixed, so that equal members give equal
/// bytes.
TarHeader MakeTarHeader(std::string_view name, std::uint64_t size);

/// Checks that `header` is that of a member of `size` bytes.
///
/// Errors:
/// - kCorruptData: it is not a tar header, its sum is wrong, or it states
///   another size.
Result<void> CheckTarHeader(std::span<const std::byte, kTarBlock> header,
                            std::uint64_t size);

}  // namespace mien
