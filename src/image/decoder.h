// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "mien/image.h"
#include "mien/result.h"

namespace mien {

/// What one decoding may spend. Decoders ask before they allocate and while
/// they work.
class DecodeBudget {
 public:
  /// Starts the clock of `options.max_time`.
  explicit DecodeBudget(const DecodeOptions& options)
      : options_(options),
        deadline_(std::chrono::steady_clock::now() + options.max_time) {}

  /// Accepts a picture of `width` x `height` pixels or says which limit it
  /// breaks. `format` begins the message: "PNG".
  ///
  /// Errors:
  /// - kInvalidImage: a side is 0.
  /// - kLimitExceeded: longest side, or number of pixels.
  [[nodiscard]] Result<void> CheckSize(std::string_view format,
                                       std::int64_t width,
                                       std::int64_t height) const;

  [[nodiscard]] bool TimeIsUp() const {
    return std::chrono::steady_clock::now() > deadline_;
  }

  /// The error for when TimeIsUp().
  [[nodiscard]] Error TimeError(std::string_view format) const;

  [[nodiscard]] const DecodeOptions& options() const { return options_; }

 private:
  DecodeOptions options_;
  std::chrono::steady_clock::time_point deadline_;
};

/// A picture as its file stores it, not yet turned upright.
struct StoredPicture {
  Image image;

  /// Size of the full picture; larger than `image` after scaled decoding.
  int width = 0;
  int height = 0;

  /// EXIF orientation still to be applied, 1 to 8.
  int orientation = 1;
};

/// The bytes of a file.
using FileBytes = std::span<const std::byte>;

// One decoder per format, each in a file of its own, which alone includes the
// library behind it. `file` begins with the format's signature. Errors are
// those of DecodeImage() without the name of a file.
Result<StoredPicture> DecodeBmp(FileBytes file, const DecodeBudget& budget);
Result<StoredPicture> DecodeGif(FileBytes file, const DecodeBudget& budget);
Result<StoredPicture> DecodeHeif(FileBytes file, const DecodeBudget& budget);
Result<StoredPicture> DecodeJpeg(FileBytes file, const DecodeBudget& budget);
Result<StoredPicture> DecodePng(FileBytes file, const DecodeBudget& budget);
Result<StoredPicture> DecodeTiff(FileBytes file, const DecodeBudget& budget);
Result<StoredPicture> DecodeWebp(FileBytes file, const DecodeBudget& budget);

/// The error of a damaged file: "<format>: <what>", kInvalidImage.
Error DamagedImage(std::string_view format, std::string_view what);

/// `level` at opacity `alpha` over white, both in [0, 255], rounded.
inline std::uint8_t OverWhite(int level, int alpha) {
  return static_cast<std::uint8_t>((level * alpha + 255 * (255 - alpha) + 127) /
                                   255);
}

/// Lays `count` RGBA pixels over white into RGB.
void LayOverWhite(const std::uint8_t* rgba,
                  std::size_t count,
                  std::uint8_t* rgb);

}  // namespace mien
