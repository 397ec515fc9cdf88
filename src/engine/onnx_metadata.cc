// SPDX-License-Identifier: Apache-2.0
#include "engine/onnx_metadata.h"

#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <system_error>

namespace mien {
namespace {

// Protobuf's wire format (protobuf.dev, "Encoding"): a message is a row of
// fields, each a varint tag = number * 8 + type and a value by type.
enum class WireType : std::uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kLength = 2,
  kFixed32 = 5,
};

// Field numbers of onnx.proto.
constexpr std::uint64_t kModelMetadataProps = 14;
constexpr std::uint64_t kEntryKey = 1;
constexpr std::uint64_t kEntryValue = 2;

/// Longest accepted metadata entry, in bytes.
constexpr std::uint64_t kMaxEntryBytes = 1U << 20U;

struct Field {
  std::uint64_t number = 0;
  WireType type = WireType::kVarint;
};

std::optional<std::uint64_t> ReadVarint(std::istream& in) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const int byte = in.get();
    if (byte == std::istream::traits_type::eof()) {
      return std::nullopt;
    }
    value |= (static_cast<std::uint64_t>(byte) & 0x7FU) << shift;
    if ((byte & 0x80) == 0) {
      return value;
    }
  }
  return std::nullopt;
}

std::optional<Field> ReadTag(std::istream& in) {
  const std::optional<std::uint64_t> tag = ReadVarint(in);
  if (!tag || *tag < 8) {
    return std::nullopt;
  }
  return Field{*tag >> 3U, static_cast<WireType>(*tag & 7U)};
}

/// Skips the value of a field; false when it does not end within the stream.
bool SkipValue(std::istream& in, WireType type) {
  std::uint64_t bytes = 0;
  switch (type) {
    case WireType::kVarint:
      return ReadVarint(in).has_value();
    case WireType::kFixed64:
      bytes = 8;
      break;
    case WireType::kFixed32:
      bytes = 4;
      break;
    case WireType::kLength: {
      const std::optional<std::uint64_t> length = ReadVarint(in);
      if (!length || *length > std::numeric_limits<std::int64_t>::max()) {
        return false;
      }
      bytes = *length;
      break;
    }
    default:
      return false;
  }
  return static_cast<bool>(
      in.seekg(static_cast<std::streamoff>(bytes), std::ios::cur));
}

std::optional<std::string> ReadBytes(std::istream& in) {
  const std::optional<std::uint64_t> length = ReadVarint(in);
  if (!length || *length > kMaxEntryBytes) {
    return std::nullopt;
  }
  std::string bytes(*length, '\0');
  if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    return std::nullopt;
  }
  return bytes;
}

bool ReadEntry(const std::string& bytes,
               std::map<std::string, std::string>& metadata) {
  std::istringstream in(bytes);
  std::string key;
  std::string value;
  while (in.peek() != std::istream::traits_type::eof()) {
    const std::optional<Field> field = ReadTag(in);
    if (!field) {
      return false;
    }
    const bool wanted =
        field->number == kEntryKey || field->number == kEntryValue;
    if (!wanted || field->type != WireType::kLength) {
      if (!SkipValue(in, field->type)) {
        return false;
      }
      continue;
    }
    std::optional<std::string> text = ReadBytes(in);
    if (!text) {
      return false;
    }
    (field->number == kEntryKey ? key : value) = std::move(*text);
  }
  metadata.insert_or_assign(std::move(key), std::move(value));
  return true;
}

bool ReadModel(std::istream& in, std::map<std::string, std::string>& metadata) {
  while (in.peek() != std::istream::traits_type::eof()) {
    const std::optional<Field> field = ReadTag(in);
    if (!field) {
      return false;
    }
    if (field->number != kModelMetadataProps ||
        field->type != WireType::kLength) {
      if (!SkipValue(in, field->type)) {
        return false;
      }
      continue;
    }
    const std::optional<std::string> entry = ReadBytes(in);
    if (!entry || !ReadEntry(*entry, metadata)) {
      return false;
    }
  }
  return true;
}

}  // namespace

Result<std::map<std::string, std::string>> ReadOnnxMetadata(
    const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return Error{ErrorCode::kNotFound, path.string() + ": no such file"};
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return Error{ErrorCode::kIo, path.string() + ": cannot be read"};
  }
  std::map<std::string, std::string> metadata;
  if (!ReadModel(in, metadata)) {
    return Error{ErrorCode::kCorruptModel,
                 path.string() + ": not an ONNX file"};
  }
  return metadata;
}

}  // namespace mien
