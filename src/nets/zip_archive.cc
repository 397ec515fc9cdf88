// SPDX-License-Identifier: Apache-2.0
#include "nets/zip_archive.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "nets/byte_reader.h"

namespace mien::nets {
namespace {

// Signatures and fixed lengths of APPNOTE sections 4.3.7, 4.3.12 and 4.3.14 to
// 4.3.16.
constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kEnd64Locator = 0x07064b50;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kEnd64LocatorBytes = 20;
constexpr std::size_t kLongestComment = 0xFFFF;
constexpr std::uint16_t kZip64Extra = 0x0001;
constexpr std::uint32_t kInZip64 = 0xFFFFFFFF;
constexpr std::uint16_t kEncryptedFlag = 1;

Error Corrupt(const std::string& what) {
  return {ErrorCode::kCorruptModel, "zip file: " + what};
}

/// Where the central directory lies.
struct Directory {
  std::uint64_t offset = 0;
  std::uint64_t num_entries = 0;
};

struct Entry {
  std::string name;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t crc = 0;
  std::uint64_t packed_bytes = 0;
  std::uint64_t bytes = 0;
  std::uint64_t header_offset = 0;
};

/// A reader of `file` from `offset` on; at its end when there is no such place.
ByteReader ReaderAt(std::span<const std::byte> file, std::uint64_t offset) {
  return ByteReader(file.subspan(
      static_cast<std::size_t>(std::min<std::uint64_t>(offset, file.size()))));
}

/// Offset of the end record: the last one whose comment fills the rest.
std::optional<std::size_t> FindEnd(std::span<const std::byte> file) {
  if (file.size() < kEndBytes) {
    return std::nullopt;
  }
  const std::size_t last = file.size() - kEndBytes;
  const std::size_t first = last - std::min(last, kLongestComment);
  for (std::size_t offset = last + 1; offset-- > first;) {
    ByteReader end = ReaderAt(file, offset);
    ByteReader comment = ReaderAt(file, offset + kEndBytes - 2);
    if (end.Integer<std::uint32_t>() == kEnd &&
        comment.Integer<std::uint16_t>() == last - offset) {
      return offset;
    }
  }
  return std::nullopt;
}

/// The zip64 end record, when a locator stands before the end record.
Result<std::optional<Directory>> ReadEnd64(std::span<const std::byte> file,
                                           std::size_t end_offset) {
  if (end_offset < kEnd64LocatorBytes) {
    return std::optional<Directory>();
  }
  ByteReader locator = ReaderAt(file, end_offset - kEnd64LocatorBytes);
  if (locator.Integer<std::uint32_t>() != kEnd64Locator) {
    return std::optional<Directory>();
  }
  locator.Bytes(4);  // number of the disk
  ByteReader end =
      ReaderAt(file, locator.Integer<std::uint64_t>().value_or(file.size()));
  if (end.Integer<std::uint32_t>() != kEnd64) {
    return Corrupt("its zip64 end record is not where the locator says");
  }
  end.Bytes(8 + 2 + 2 + 4 + 4 + 8);  // length, versions, disks, entries here
  const auto num_entries = end.Integer<std::uint64_t>();
  end.Bytes(8);  // size of the directory
  const auto offset = end.Integer<std::uint64_t>();
  if (!num_entries || !offset) {
    return Corrupt("its zip64 end record is cut off");
  }
  return std::optional<Directory>({*offset, *num_entries});
}

Result<Directory> FindDirectory(std::span<const std::byte> file) {
  const std::optional<std::size_t> end_offset = FindEnd(file);
  if (!end_offset) {
    return Corrupt("it has no end record; it is damaged or cut off");
  }
  MIEN_ASSIGN_OR_RETURN(const std::optional<Directory> directory64,
                        ReadEnd64(file, *end_offset));
  if (directory64) {
    return *directory64;
  }
  ByteReader end = ReaderAt(file, *end_offset + 4);
  const std::uint16_t disk = end.Integer<std::uint16_t>().value_or(0);
  const std::uint16_t first_disk = end.Integer<std::uint16_t>().value_or(0);
  if (disk != 0 || first_disk != 0) {
    return Error{ErrorCode::kUnsupported, "zip file: it has several parts"};
  }
  end.Bytes(2);  // entries on this disk
  const std::uint16_t num_entries = end.Integer<std::uint16_t>().value_or(0);
  end.Bytes(4);  // size of the directory
  return Directory{end.Integer<std::uint32_t>().value_or(0), num_entries};
}

/// Replaces the 32-bit fields that say "see the zip64 field".
bool ApplyZip64(std::span<const std::byte> extra, Entry& entry) {
  ByteReader fields(extra);
  while (fields.remaining() >= 4) {
    const auto id = fields.Integer<std::uint16_t>();
    const auto length = fields.Integer<std::uint16_t>();
    const auto field = fields.Bytes(*length);
    if (!field) {
      return false;
    }
    if (*id != kZip64Extra) {
      continue;
    }
    ByteReader values(*field);
    for (std::uint64_t* value :
         {&entry.bytes, &entry.packed_bytes, &entry.header_offset}) {
      if (*value == kInZip64) {
        const auto wide = values.Integer<std::uint64_t>();
        if (!wide) {
          return false;
        }
        *value = *wide;
      }
    }
  }
  return true;
}

std::optional<Entry> ReadCentralHeader(ByteReader& reader) {
  if (reader.remaining() < 46 ||
      reader.Integer<std::uint32_t>() != kCentralHeader) {
    return std::nullopt;
  }
  Entry entry;
  reader.Bytes(4);  // versions
  entry.flags = *reader.Integer<std::uint16_t>();
  entry.method = *reader.Integer<std::uint16_t>();
  reader.Bytes(4);  // time, date
  entry.crc = *reader.Integer<std::uint32_t>();
  entry.packed_bytes = *reader.Integer<std::uint32_t>();
  entry.bytes = *reader.Integer<std::uint32_t>();
  const std::uint16_t name_bytes = *reader.Integer<std::uint16_t>();
  const std::uint16_t extra_bytes = *reader.Integer<std::uint16_t>();
  const std::uint16_t comment_bytes = *reader.Integer<std::uint16_t>();
  reader.Bytes(2 + 2 + 4);  // disk, attributes
  entry.header_offset = *reader.Integer<std::uint32_t>();
  const auto name = reader.Text(name_bytes);
  const auto extra = reader.Bytes(extra_bytes);
  if (!name || !extra || !reader.Bytes(comment_bytes) ||
      !ApplyZip64(*extra, entry)) {
    return std::nullopt;
  }
  entry.name = *name;
  return entry;
}

std::uint32_t Crc32(std::span<const std::byte> data) {
  return static_cast<std::uint32_t>(
      ::crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size()));
}

Result<std::span<const std::byte>> EntryData(std::span<const std::byte> file,
                                             const Entry& entry) {
  const std::string where = "entry " + entry.name;
  if (entry.method != 0 || (entry.flags & kEncryptedFlag) != 0) {
    return Error{ErrorCode::kUnsupported,
                 "zip file: " + where + " is compressed or encrypted"};
  }
  ByteReader local = ReaderAt(file, entry.header_offset);
  if (local.remaining() < 30 ||
      local.Integer<std::uint32_t>() != kLocalHeader) {
    return Corrupt(where + " has no header");
  }
  local.Bytes(22);  // repeats the directory's fields
  const std::uint16_t name_bytes = *local.Integer<std::uint16_t>();
  const std::uint16_t extra_bytes = *local.Integer<std::uint16_t>();
  if (!local.Bytes(std::uint64_t{name_bytes} + extra_bytes)) {
    return Corrupt(where + " lies outside of the file");
  }
  const auto data = local.Bytes(entry.bytes);
  if (!data || entry.packed_bytes != entry.bytes) {
    return Corrupt(where + " lies outside of the file");
  }
  if (Crc32(*data) != entry.crc) {
    return Corrupt(where + " is damaged (wrong checksum)");
  }
  return *data;
}

}  // namespace

Result<std::map<std::string, std::span<const std::byte>>> ReadStoredZip(
    std::span<const std::byte> file) {
  MIEN_ASSIGN_OR_RETURN(const Directory directory, FindDirectory(file));
  ByteReader reader = ReaderAt(file, directory.offset);
  std::map<std::string, std::span<const std::byte>> entries;
  std::uint64_t total_bytes = 0;
  for (std::uint64_t i = 0; i < directory.num_entries; ++i) {
    const std::optional<Entry> entry = ReadCentralHeader(reader);
    if (!entry) {
      return Corrupt("its directory is damaged at entry " + std::to_string(i));
    }
    MIEN_ASSIGN_OR_RETURN(const std::span<const std::byte> data,
                          EntryData(file, *entry));
    total_bytes += data.size();
    if (total_bytes > file.size()) {
      return Corrupt("its entries overlap");
    }
    if (!entries.emplace(entry->name, data).second) {
      return Corrupt("it has two entries " + entry->name);
    }
  }
  return entries;
}

bool LooksLikeZip(std::span<const std::byte> file) {
  return ByteReader(file).Integer<std::uint32_t>() == kLocalHeader;
}

}  // namespace mien::nets
