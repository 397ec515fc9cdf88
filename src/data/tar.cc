// SPDX-License-Identifier: Apache-2.0
#include "data/tar.h"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <string>

#include "core/check.h"

namespace mien {
namespace {

// Offsets and lengths of fields, from POSIX.1-1988 (ustar).
struct Field {
  std::size_t offset;
  std::size_t size;
};

constexpr Field kName = {0, 100};
constexpr Field kMode = {100, 8};
constexpr Field kOwner = {108, 8};
constexpr Field kGroup = {116, 8};
constexpr Field kSize = {124, 12};
constexpr Field kTime = {136, 12};
constexpr Field kSum = {148, 8};
constexpr Field kType = {156, 1};
constexpr Field kMagic = {257, 8};
constexpr Field kDeviceMajor = {329, 8};
constexpr Field kDeviceMinor = {337, 8};

constexpr std::string_view kUstar{"ustar\00000", 8};
constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 33U;

void PutText(TarHeader& header, Field field, std::string_view text) {
  std::memcpy(header.data() + field.offset, text.data(), text.size());
}

/// Octal digits that leave the last byte of `field` zero.
void PutOctal(TarHeader& header, Field field, std::uint64_t value) {
  char digits[24];
  std::snprintf(digits,
                sizeof(digits),
                "%0*llo",
                static_cast<int>(field.size - 1),
                static_cast<unsigned long long>(value));
  PutText(header, field, digits);
}

std::uint64_t GetOctal(std::span<const std::byte, kTarBlock> header,
                       Field field) {
  const auto* text =
      reinterpret_cast<const char*>(header.data()) + field.offset;
  std::uint64_t value = 0;
  std::from_chars(text, text + field.size, value, 8);
  return value;
}

/// Of all bytes, those of the sum itself counted as blanks.
std::uint64_t SumOf(std::span<const std::byte, kTarBlock> header) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kTarBlock; ++i) {
    const bool own = i >= kSum.offset && i < kSum.offset + kSum.size;
    sum += own ? std::uint64_t{' '} : std::to_integer<std::uint64_t>(header[i]);
  }
  return sum;
}

}  // namespace

TarHeader MakeTarHeader(std::string_view name, std::uint64_t size) {
  MIEN_CHECK(!name.empty() && name.size() < kName.size && size < kMaxSize);
  TarHeader header = {};
  PutText(header, kName, name);
  PutOctal(header, kMode, 0644);
  PutOctal(header, kOwner, 0);
  PutOctal(header, kGroup, 0);
  PutOctal(header, kSize, size);
  PutOctal(header, kTime, 0);
  PutText(header, kType, "0");
  PutText(header, kMagic, kUstar);
  PutOctal(header, kDeviceMajor, 0);
  PutOctal(header, kDeviceMinor, 0);
  // Six digits, a zero and a blank, by tradition.
  PutOctal(header, {kSum.offset, 7}, SumOf(header));
  PutText(header, {kSum.offset + 7, 1}, " ");
  return header;
}

Result<void> CheckTarHeader(std::span<const std::byte, kTarBlock> header,
                            std::uint64_t size) {
  if (std::memcmp(header.data() + kMagic.offset, "ustar", 5) != 0) {
    return Error{ErrorCode::kCorruptData, "no tar header before the chip"};
  }
  if (GetOctal(header, kSum) != SumOf(header)) {
    return Error{ErrorCode::kCorruptData,
                 "the sum of the tar header before the chip is wrong"};
  }
  if (const std::uint64_t stated = GetOctal(header, kSize); stated != size) {
    return Error{ErrorCode::kCorruptData,
                 "the shard states " + std::to_string(stated) +
                     " bytes for a chip, the index " + std::to_string(size)};
  }
  return {};
}

}  // namespace mien
