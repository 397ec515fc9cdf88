// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace mien::nets {

/// Reads a file in memory from front to back without ever leaving it. Numbers
/// are little-endian. After a read that did not fit, which answers nothing, the
/// position stays.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t position() const { return position_; }

  [[nodiscard]] std::size_t remaining() const {
    return bytes_.size() - position_;
  }

  /// The next `count` bytes.
  std::optional<std::span<const std::byte>> Bytes(std::uint64_t count) {
    if (count > remaining()) {
      return std::nullopt;
    }
    const auto part =
        bytes_.subspan(position_, static_cast<std::size_t>(count));
    position_ += part.size();
    return part;
  }

  std::optional<std::string_view> Text(std::uint64_t count) {
    const auto part = Bytes(count);
    if (!part) {
      return std::nullopt;
    }
    return std::string_view(reinterpret_cast<const char*>(part->data()),
                            part->size());
  }

  /// The bytes up to the next '\n', which is read too but not returned.
  std::optional<std::string_view> Line() {
    const auto rest = bytes_.subspan(position_);
    const void* const end =
        rest.empty() ? nullptr : std::memchr(rest.data(), '\n', rest.size());
    if (end == nullptr) {
      return std::nullopt;
    }
    const auto length = static_cast<std::size_t>(
        static_cast<const std::byte*>(end) - rest.data());
    const auto line = Text(length);
    ++position_;
    return line;
  }

  /// An integer of T's size.
  template <typename T>
  std::optional<T> Integer() {
    const auto part = Bytes(sizeof(T));
    if (!part) {
      return std::nullopt;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value |= std::to_integer<std::uint64_t>((*part)[i]) << (8 * i);
    }
    return static_cast<T>(value);
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
};

}  // namespace mien::nets
