// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "mien/result.h"

namespace mien {

/// A picture in memory: 8-bit RGB, [H, W, 3], rows from the top, no padding
/// between rows.
///
/// Thread safety: const methods may run concurrently.
class Image {
 public:
  /// An empty picture, 0 x 0.
  Image() = default;

  /// A black picture of `width` x `height` pixels, both >= 0.
  Image(int width, int height)
      : width_(width),
        height_(height),
        pixels_(3 * static_cast<std::size_t>(width) *
                static_cast<std::size_t>(height)) {}

  [[nodiscard]] int width() const { return width_; }

  [[nodiscard]] int height() const { return height_; }

  [[nodiscard]] bool empty() const { return pixels_.empty(); }

  /// Bytes from one row to the next: 3 * width.
  [[nodiscard]] std::size_t stride_bytes() const {
    return 3 * static_cast<std::size_t>(width_);
  }

  /// All pixels, [H, W, 3].
  [[nodiscard]] std::span<const std::uint8_t> pixels() const { return pixels_; }

  [[nodiscard]] std::span<std::uint8_t> pixels() { return pixels_; }

  /// The first byte of row `y`, 0 <= y < height.
  [[nodiscard]] const std::uint8_t* row(int y) const {
    return pixels_.data() + static_cast<std::size_t>(y) * stride_bytes();
  }

  [[nodiscard]] std::uint8_t* row(int y) {
    return pixels_.data() + static_cast<std::size_t>(y) * stride_bytes();
  }

 private:
  int width_ = 0;
  int height_ = 0;
  std::vector<std::uint8_t> pixels_;
};

/// Formats that can be read.
enum class ImageFormat : std::uint8_t {
  kJpeg,
  kPng,
  kWebp,
  kHeif,  ///< HEIC and AVIF
  kTiff,
  kGif,  ///< the first frame
  kBmp,
};

/// "jpeg", "png", ...
std::string_view ImageFormatName(ImageFormat format);

/// What a decoder may spend, and how large its answer should be.
struct DecodeOptions {
  /// Longest accepted file, in bytes.
  std::size_t max_bytes = std::size_t{256} << 20U;

  /// Most pixels (width x height as stored in the file) accepted. Checked from
  /// the header, before any pixel is allocated.
  std::int64_t max_pixels = 100'000'000;

  /// Longest accepted side, in pixels.
  int max_side_px = 50'000;

  /// Decoding that takes longer is abandoned.
  std::chrono::milliseconds max_time{20'000};

  /// A JPEG may be decoded at 1/2, 1/4 or 1/8 of its size (several times
  /// faster) as long as the result's longer side stays >= this. 0 keeps full
  /// size.
  int min_long_side_px = 0;
};

/// A decoded picture, upright: its EXIF orientation has been applied.
struct DecodedImage {
  Image image;

  /// Size of the full picture after orientation. Differs from image's only when
  /// `min_long_side_px` let the decoder shrink it; then image pixel (x, y) lies
  /// at (x * width / image.width(), y * height / image.height()).
  int width = 0;
  int height = 0;

  ImageFormat format = ImageFormat::kJpeg;
};

/// Decodes a picture of any of the formats above, told apart by their first
/// bytes. 16-bit samples are reduced to 8 bits, grey becomes RGB, CMYK is
/// converted, transparent pixels are laid over white, colour profiles are
/// ignored.
///
/// Errors:
/// - kInvalidImage: unknown format, damaged or truncated; says which and where.
/// - kUnsupported: a variant of a format that cannot be read (run-length BMP,
///   32-bit TIFF samples, ...).
/// - kLimitExceeded: names the limit of `options` and the value that broke it.
///   HEIF's decoders cannot be stopped: their time is checked afterwards.
///
/// Thread safety: may run concurrently.
Result<DecodedImage> DecodeImage(std::span<const std::byte> file,
                                 const DecodeOptions& options = {});

/// Reads and decodes the file at `path`; its errors begin with the path.
///
/// Errors: those of DecodeImage(), and
/// - kNotFound: there is no such file.
/// - kIo: it cannot be read.
Result<DecodedImage> LoadImage(const std::filesystem::path& path,
                               const DecodeOptions& options = {});

/// `image` as a JPEG file in memory. `quality` in [1, 100]; colour is stored at
/// full resolution (4:4:4) from 90 on.
///
/// Errors:
/// - kInvalidArgument: quality out of range, picture empty or a side beyond
///   65,500 pixels.
Result<std::vector<std::byte>> EncodeJpeg(const Image& image, int quality = 92);

/// `image` as a PNG file in memory.
///
/// Errors:
/// - kInvalidArgument: picture empty or a side beyond 1,000,000 pixels.
Result<std::vector<std::byte>> EncodePng(const Image& image);

/// Writes `image` as JPEG or PNG, by the ending of `path`; the file appears
/// whole or not at all.
///
/// Errors:
/// - kInvalidArgument: another ending than .jpg, .jpeg or .png, or an empty
///   picture.
/// - kNotFound: there is no such folder.
/// - kIo: the file cannot be written.
Result<void> SaveImage(const Image& image, const std::filesystem::path& path);

}  // namespace mien
