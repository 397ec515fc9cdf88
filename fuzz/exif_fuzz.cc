// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "image/exif.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const int orientation =
      mien::ExifOrientation(std::as_bytes(std::span(data, size)));
  if (orientation < 1 || orientation > 8) {
    std::abort();
  }
  return 0;
}
