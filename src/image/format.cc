// SPDX-License-Identifier: Apache-2.0
#include "image/format.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace mien {
namespace {

using namespace std::string_view_literals;

/// A file is of `format` when `bytes` stand at `offset`.
struct Signature {
  ImageFormat format;
  std::size_t offset;
  std::string_view bytes;
};

constexpr std::array kSignatures = {
    Signature{ImageFormat::kJpeg, 0, "\xFF\xD8\xFF"sv},
    Signature{ImageFormat::kPng, 0, "\x89PNG\r\n\x1A\n"sv},
    Signature{ImageFormat::kGif, 0, "GIF87a"sv},
    Signature{ImageFormat::kGif, 0, "GIF89a"sv},
    Signature{ImageFormat::kWebp, 8, "WEBP"sv},  // after "RIFF" and a length
    Signature{ImageFormat::kTiff, 0, "II*\0"sv},
    Signature{ImageFormat::kTiff, 0, "MM\0*"sv},
    Signature{ImageFormat::kTiff, 0, "II+\0"sv},  // BigTIFF
    Signature{ImageFormat::kTiff, 0, "MM\0+"sv},
    // ISO base media: a box length, "ftyp", then the major brand.
    Signature{ImageFormat::kHeif, 4, "ftypheic"sv},
    Signature{ImageFormat::kHeif, 4, "ftypheix"sv},
    Signature{ImageFormat::kHeif, 4, "ftypheim"sv},
    Signature{ImageFormat::kHeif, 4, "ftypheis"sv},
    Signature{ImageFormat::kHeif, 4, "ftyphevc"sv},
    Signature{ImageFormat::kHeif, 4, "ftypmif1"sv},
    Signature{ImageFormat::kHeif, 4, "ftypmsf1"sv},
    Signature{ImageFormat::kHeif, 4, "ftypavif"sv},
    Signature{ImageFormat::kHeif, 4, "ftypavis"sv},
    Signature{ImageFormat::kBmp, 0, "BM"sv},
};

/// Files that people take for pictures, and what to call them.
struct OtherFile {
  std::size_t offset;
  std::string_view bytes;
  std::string_view name;
};

constexpr std::array kOtherFiles = {
    OtherFile{0, "%PDF"sv, "a PDF file"sv},
    OtherFile{0, "PK\x03\x04"sv, "a zip archive"sv},
    OtherFile{4, "ftyp"sv, "a video file"sv},
    OtherFile{0, "\x1A\x45\xDF\xA3"sv, "a video file"sv},
    OtherFile{0, "8BPS"sv, "a Photoshop file"sv},
    OtherFile{0, "\xFF\x0A"sv, "a JPEG XL file"sv},
    OtherFile{4, "JXL \r\n"sv, "a JPEG XL file"sv},
    OtherFile{4, "jP  \r\n"sv, "a JPEG 2000 file"sv},
};

/// Bytes shown of an unknown file, and looked at to tell text.
constexpr std::size_t kShownBytes = 8;
constexpr std::size_t kTextBytes = 64;

bool Has(FileBytes file, std::size_t offset, std::string_view bytes) {
  return file.size() >= offset + bytes.size() &&
         std::ranges::equal(file.subspan(offset, bytes.size()),
                            std::as_bytes(std::span(bytes)));
}

bool IsTextByte(std::byte byte) {
  const auto value = std::to_integer<unsigned char>(byte);
  return value == '\t' || value == '\n' || value == '\r' ||
         (value >= 0x20 && value != 0x7F);
}

std::string FirstBytes(FileBytes file) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : file.first(std::min(file.size(), kShownBytes))) {
    const auto value = std::to_integer<unsigned>(byte);
    text += text.empty() ? "" : " ";
    text += kHex[value >> 4U];
    text += kHex[value & 15U];
  }
  return text;
}

}  // namespace

std::optional<ImageFormat> SniffFormat(FileBytes file) {
  for (const Signature& signature : kSignatures) {
    if (Has(file, signature.offset, signature.bytes)) {
      const bool webp = signature.format == ImageFormat::kWebp;
      if (!webp || Has(file, 0, "RIFF")) {
        return signature.format;
      }
    }
  }
  return std::nullopt;
}

std::string DescribeUnknown(FileBytes file) {
  if (file.empty()) {
    return "an empty file, not a picture";
  }
  const std::string bytes = " (first bytes " + FirstBytes(file) + ")";
  for (const OtherFile& other : kOtherFiles) {
    if (Has(file, other.offset, other.bytes)) {
      return std::string(other.name) + ", not a picture that can be read" +
             bytes;
    }
  }
  if (std::ranges::all_of(file.first(std::min(file.size(), kTextBytes)),
                          IsTextByte)) {
    return "text, not a picture" + bytes;
  }
  return "not a picture of a known format" + bytes;
}

}  // namespace mien
