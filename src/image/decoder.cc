// SPDX-License-Identifier: Apache-2.0
#include "image/decoder.h"

#include <algorithm>

namespace mien {

Result<void> DecodeBudget::CheckSize(std::string_view format,
                                     std::int64_t width,
                                     std::int64_t height) const {
  const std::string size = std::string(format) + " is " +
                           std::to_string(width) + " x " +
                           std::to_string(height) + " pixels";
  if (width <= 0 || height <= 0) {
    return Error{ErrorCode::kInvalidImage, size};
  }
  if (std::max(width, height) > options_.max_side_px) {
    return Error{ErrorCode::kLimitExceeded,
                 size + "; the longest side accepted is " +
                     std::to_string(options_.max_side_px)};
  }
  if (width > options_.max_pixels / height) {
    return Error{ErrorCode::kLimitExceeded,
                 size + "; at most " + std::to_string(options_.max_pixels) +
                     " in all are accepted"};
  }
  return {};
}

Error DecodeBudget::TimeError(std::string_view format) const {
  return {ErrorCode::kLimitExceeded,
          std::string(format) + " took longer than " +
              std::to_string(options_.max_time.count()) + " ms to decode"};
}

Error DamagedImage(std::string_view format, std::string_view what) {
  return {ErrorCode::kInvalidImage,
          std::string(format) + " is damaged: " + std::string(what)};
}

void LayOverWhite(const std::uint8_t* rgba,
                  std::size_t count,
                  std::uint8_t* rgb) {
  for (std::size_t i = 0; i < count; ++i, rgba += 4, rgb += 3) {
    for (int c = 0; c < 3; ++c) {
      rgb[c] = OverWhite(rgba[c], rgba[3]);
    }
  }
}

}  // namespace mien
