// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>

#include "mien/result.h"

namespace mien::nets {

/// The entries of a zip file in memory (PKWARE APPNOTE 6.3.10, zip64 included)
/// by name, as views into it. Only stored entries are read, as torch.save
/// writes them; nothing is unpacked, so nothing can swell.
///
/// Errors:
/// - kCorruptModel: not a zip file, an entry outside of it, two entries of one
///   name, a wrong checksum; names the entry.
/// - kUnsupported: a compressed or encrypted entry, an archive in several
///   parts.
Result<std::map<std::string, std::span<const std::byte>>> ReadStoredZip(
    std::span<const std::byte> file);

/// Whether `file` begins as a zip file does.
bool LooksLikeZip(std::span<const std::byte> file);

}  // namespace mien::nets
