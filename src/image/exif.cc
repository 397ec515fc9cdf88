// SPDX-License-Identifier: Apache-2.0
#include "image/exif.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

#include "image/byte_reader.h"

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

/// The byte order that a TIFF header states, or nothing when it is none.
std::optional<ByteOrder> TiffByteOrder(std::span<const std::byte> block) {
  for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
    const std::uint32_t mark = order == ByteOrder::kBig ? 'M' : 'I';
    const ByteReader tiff(block, order);
    if (tiff.Number(0, 1) == mark && tiff.Number(1, 1) == mark &&
        tiff.Number(2, 2) == kTiffVersion) {
      return order;
    }
  }
  return std::nullopt;
}

std::span<const std::byte> WithoutPrefix(std::span<const std::byte> block) {
  const bool prefixed =
      block.size() >= kExifPrefix.size() &&
      std::memcmp(block.data(), kExifPrefix.data(), kExifPrefix.size()) == 0;
  return prefixed ? block.subspan(kExifPrefix.size()) : block;
}

/// The orientation that the directory entry at `offset` holds, if it does.
std::optional<std::uint32_t> OrientationOfEntry(const ByteReader& tiff,
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
  const std::span<const std::byte> header = WithoutPrefix(block);
  const auto order = TiffByteOrder(header);
  if (!order) {
    return kUpright;
  }
  const ByteReader tiff(header, *order);
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
