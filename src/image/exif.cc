// SPDX-License-Identifier: Apache-2.0
#include "image/exif.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

namespace mien {
namespace {

constexpr int kUpright = 1;
constexpr int kLastOrientation = 8;
constexpr std::uint16_t kOrientationTag = 0x0112;
constexpr std::uint16_t kTypeShort = 3;
constexpr std::uint16_t kTiffVersion = 42;
constexpr std::size_t kTiffHeaderBytes = 8;
constexpr std::size_t kEntryBytes = 12;
constexpr std::array<char, 6> kExifPrefix = {'E', 'x', 'i', 'f', '\0', '\0'};

/// Reads numbers of a TIFF block at any position, never past its end.
class TiffReader {
 public:
  explicit TiffReader(std::span<const std::byte> block) : block_(block) {}

  /// Learns the byte order; false when this is no TIFF header.
  bool ReadByteOrder() {
    const auto first = Bytes(0, 2);
    if (!first || (*first)[0] != (*first)[1]) {
      return false;
    }
    const auto mark = static_cast<char>((*first)[0]);
    big_endian_ = mark == 'M';
    return (mark == 'M' || mark == 'I') && Number(2, 2) == kTiffVersion;
  }

  /// The unsigned number of `size` bytes at `offset`, or nothing past the end.
  [[nodiscard]] std::optional<std::uint32_t> Number(std::size_t offset,
                                                    std::size_t size) const {
    const auto bytes = Bytes(offset, size);
    if (!bytes) {
      return std::nullopt;
    }
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t at = big_endian_ ? i : size - 1 - i;
      value = value << 8U | std::to_integer<std::uint32_t>((*bytes)[at]);
    }
    return value;
  }

 private:
  [[nodiscard]] std::optional<std::span<const std::byte>> Bytes(
      std::size_t offset, std::size_t size) const {
    if (offset > block_.size() || size > block_.size() - offset) {
      return std::nullopt;
    }
    return block_.subspan(offset, size);
  }

  std::span<const std::byte> block_;
  bool big_endian_ = false;
};

std::span<const std::byte> WithoutPrefix(std::span<const std::byte> block) {
  const bool prefixed =
      block.size() >= kExifPrefix.size() &&
      std::memcmp(block.data(), kExifPrefix.data(), kExifPrefix.size()) == 0;
  return prefixed ? block.subspan(kExifPrefix.size()) : block;
}

/// The orientation that the directory entry at `offset` holds, if it does.
std::optional<std::uint32_t> OrientationOfEntry(const TiffReader& tiff,
                                                std::size_t offset) {
  // tag, type, count, then up to four bytes of value, left-aligned
  if (tiff.Number(offset, 2) != kOrientationTag ||
      tiff.Number(offset + 2, 2) != kTypeShort) {
    return std::nullopt;
  }
  return tiff.Number(offset + 8, 2);
}

}  // namespace

int ExifOrientation(std::span<const std::byte> block) {
  TiffReader tiff(WithoutPrefix(block));
  if (!tiff.ReadByteOrder()) {
    return kUpright;
  }
  const std::size_t directory = tiff.Number(4, 4).value_or(0);
  if (directory < kTiffHeaderBytes) {
    return kUpright;
  }
  const std::size_t num_entries = tiff.Number(directory, 2).value_or(0);
  for (std::size_t i = 0; i < num_entries; ++i) {
    const auto value =
        OrientationOfEntry(tiff, directory + 2 + i * kEntryBytes);
    if (value) {
      const bool known = *value >= kUpright && *value <= kLastOrientation;
      return known ? static_cast<int>(*value) : kUpright;
    }
  }
  return kUpright;
}

}  // namespace mien
