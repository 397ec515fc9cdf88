// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace mien {

/// The orientation, 1 to 8, of an EXIF block: a TIFF header and its first
/// directory (EXIF 2.32, section 4.6.4, tag 0x0112), with or without the
/// leading "Exif\0\0". 1 (upright) when the block is damaged, says nothing, or
/// says something outside of the standard: metadata never makes a picture
/// unreadable.
int ExifOrientation(std::span<const std::byte> block);

}  // namespace mien
