// SPDX-License-Identifier: Apache-2.0
#include <new>
#include <stdexcept>
#include <utility>

#include "core/file.h"
#include "image/decoder.h"
#include "image/format.h"
#include "image/rotate.h"
#include "mien/image.h"

namespace mien {
namespace {

Result<StoredPicture> DecodeStored(ImageFormat format,
                                   FileBytes file,
                                   const DecodeBudget& budget) {
  switch (format) {
    case ImageFormat::kJpeg:
      return DecodeJpeg(file, budget);
    case ImageFormat::kPng:
      return DecodePng(file, budget);
    case ImageFormat::kWebp:
      return DecodeWebp(file, budget);
    case ImageFormat::kHeif:
      return DecodeHeif(file, budget);
    case ImageFormat::kTiff:
      return DecodeTiff(file, budget);
    case ImageFormat::kGif:
      return DecodeGif(file, budget);
    case ImageFormat::kBmp:
      return DecodeBmp(file, budget);
  }
  return Error{ErrorCode::kInternal, "no decoder for this format"};
}

/// EXIF orientations from 5 on exchange rows and columns.
constexpr int kFirstTurned = 5;

DecodedImage Upright(StoredPicture picture, ImageFormat format) {
  DecodedImage decoded;
  decoded.format = format;
  decoded.width = picture.width;
  decoded.height = picture.height;
  if (picture.orientation >= kFirstTurned) {
    std::swap(decoded.width, decoded.height);
  }
  decoded.image =
      ApplyOrientation(std::move(picture.image), picture.orientation);
  return decoded;
}

/// When the limits let through what the machine cannot hold.
Error TooLarge() {
  return {ErrorCode::kLimitExceeded, "not enough memory to decode the picture"};
}

}  // namespace

std::string_view ImageFormatName(ImageFormat format) {
  switch (format) {
    case ImageFormat::kJpeg:
      return "jpeg";
    case ImageFormat::kPng:
      return "png";
    case ImageFormat::kWebp:
      return "webp";
    case ImageFormat::kHeif:
      return "heif";
    case ImageFormat::kTiff:
      return "tiff";
    case ImageFormat::kGif:
      return "gif";
    case ImageFormat::kBmp:
      return "bmp";
  }
  return "unknown";
}

Result<DecodedImage> DecodeImage(FileBytes file, const DecodeOptions& options) {
  if (file.size() > options.max_bytes) {
    return Error{ErrorCode::kLimitExceeded,
                 "the file has " + std::to_string(file.size()) +
                     " bytes; at most " + std::to_string(options.max_bytes) +
                     " are accepted"};
  }
  const auto format = SniffFormat(file);
  if (!format) {
    return Error{ErrorCode::kInvalidImage, DescribeUnknown(file)};
  }
  try {
    const DecodeBudget budget(options);
    MIEN_ASSIGN_OR_RETURN(StoredPicture picture,
                          DecodeStored(*format, file, budget));
    return Upright(std::move(picture), *format);
  } catch (const std::bad_alloc&) {
    return TooLarge();
  } catch (const std::length_error&) {
    return TooLarge();
  }
}

Result<DecodedImage> LoadImage(const std::filesystem::path& path,
                               const DecodeOptions& options) {
  MIEN_ASSIGN_OR_RETURN(const auto bytes, ReadFile(path, options.max_bytes));
  auto decoded = DecodeImage(bytes, options);
  if (!decoded) {
    return decoded.error().WithContext(path.string());
  }
  return decoded;
}

}  // namespace mien
