// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <span>

#include "image/decoder.h"

namespace mien {

/// Decodes `data` with limits that keep a run short, and checks that a picture,
/// if there is one, has the size it claims.
inline int FuzzDecoder(Result<StoredPicture> (*decode)(FileBytes,
                                                       const DecodeBudget&),
                       const std::uint8_t* data,
                       std::size_t size) {
  const DecodeBudget budget({.max_pixels = std::int64_t{1} << 18U,
                             .max_side_px = 4096,
                             .max_time = std::chrono::milliseconds(1000)});
  const auto picture = decode(std::as_bytes(std::span(data, size)), budget);
  if (picture) {
    const bool claims_its_size = picture->width == picture->image.width() &&
                                 picture->height == picture->image.height() &&
                                 !picture->image.empty();
    if (!claims_its_size) {
      std::abort();
    }
  } else if (picture.error().message.empty()) {
    std::abort();
  }
  return 0;
}

}  // namespace mien
