// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace mien {

enum class ByteOrder : std::uint8_t { kLittle, kBig };

/// Unsigned numbers at any position of a file, never past its end.
class ByteReader {
 public:
  ByteReader(std::span<const std::byte> bytes, ByteOrder order)
      : bytes_(bytes), order_(order) {}

  /// The number of `size` bytes, 1 to 4, at `offset`; nothing when it would
  /// reach past the end.
  [[nodiscard]] std::optional<std::uint32_t> Number(std::size_t offset,
                                                    std::size_t size) const {
    if (offset > bytes_.size() || size > bytes_.size() - offset) {
      return std::nullopt;
    }
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t at = order_ == ByteOrder::kBig ? i : size - 1 - i;
      value = value << 8U | std::to_integer<std::uint32_t>(bytes_[offset + at]);
    }
    return value;
  }

 private:
  std::span<const std::byte> bytes_;
  ByteOrder order_;
};

}  // namespace mien
