// SPDX-License-Identifier: Apache-2.0
#include "nets/pickle_constant.h"

#include <bit>
#include <cstdint>

namespace mien::nets {
namespace {

using Kind = PickleObject::Kind;
using MaybeObject = std::optional<PickleObject>;

template <typename T>
MaybeObject Integer(std::optional<T> value) {
  if (!value) {
    return std::nullopt;
  }
  return PickleObject{.kind = Kind::kInteger,
                      .integer = static_cast<std::int64_t>(*value)};
}

template <typename Length>
MaybeObject String(ByteReader& reader, std::optional<Length> length) {
  const auto text = length ? reader.Text(std::uint64_t{*length}) : std::nullopt;
  if (!text) {
    return std::nullopt;
  }
  return PickleObject{.kind = Kind::kString, .text = *text};
}

/// Two's complement of any length, lowest byte first.
MaybeObject Long(ByteReader& reader) {
  const auto length = reader.Integer<std::uint8_t>();
  const auto text = length ? reader.Text(*length) : std::nullopt;
  if (!text) {
    return std::nullopt;
  }
  if (text->size() > sizeof(std::int64_t)) {
    return PickleObject{.kind = Kind::kLong, .text = *text};
  }
  const bool is_negative =
      !text->empty() && (static_cast<unsigned char>(text->back()) & 0x80U);
  std::uint64_t value = is_negative ? ~std::uint64_t{0} : 0;
  for (std::size_t i = text->size(); i-- > 0;) {
    value = (value << 8U) | static_cast<unsigned char>((*text)[i]);
  }
  return Integer(std::optional(static_cast<std::int64_t>(value)));
}

/// A double, highest byte first.
MaybeObject Real(ByteReader& reader) {
  const auto bytes = reader.Bytes(8);
  if (!bytes) {
    return std::nullopt;
  }
  std::uint64_t bits = 0;
  for (const std::byte byte : *bytes) {
    bits = (bits << 8U) | std::to_integer<std::uint64_t>(byte);
  }
  return PickleObject{.kind = Kind::kReal, .real = std::bit_cast<double>(bits)};
}

}  // namespace

bool IsPickleConstant(Opcode opcode) {
  switch (opcode) {
    case Opcode::kNone:
    case Opcode::kNewTrue:
    case Opcode::kNewFalse:
    case Opcode::kBinInt:
    case Opcode::kBinInt1:
    case Opcode::kBinInt2:
    case Opcode::kLong1:
    case Opcode::kBinFloat:
    case Opcode::kBinString:
    case Opcode::kShortBinString:
    case Opcode::kBinUnicode:
    case Opcode::kShortBinUnicode:
      return true;
    default:
      return false;
  }
}

std::optional<PickleObject> ReadPickleConstant(Opcode opcode,
                                               ByteReader& reader) {
  switch (opcode) {
    case Opcode::kNone:
      return PickleObject{.kind = Kind::kNone};
    case Opcode::kNewTrue:
      return PickleObject{.kind = Kind::kBool, .integer = 1};
    case Opcode::kNewFalse:
      return PickleObject{.kind = Kind::kBool, .integer = 0};
    case Opcode::kBinInt:
      return Integer(reader.Integer<std::int32_t>());
    case Opcode::kBinInt1:
      return Integer(reader.Integer<std::uint8_t>());
    case Opcode::kBinInt2:
      return Integer(reader.Integer<std::uint16_t>());
    case Opcode::kLong1:
      return Long(reader);
    case Opcode::kBinFloat:
      return Real(reader);
    case Opcode::kShortBinString:
    case Opcode::kShortBinUnicode:
      return String(reader, reader.Integer<std::uint8_t>());
    default:  // BINSTRING and BINUNICODE
      return String(reader, reader.Integer<std::uint32_t>());
  }
}

}  // namespace mien::nets
