// SPDX-License-Identifier: Apache-2.0
#include "nets/zip_archive.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace mien::nets {
namespace {

/// CRC-32 of "hello": zlib.crc32(b"hello") in Python.
constexpr std::uint32_t kHelloCrc = 0x3610a686;

/// CRC-32 of 600 times "x".
constexpr std::uint32_t kManyXCrc = 0xdf9f14d2;

std::string Number(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) {
    text += static_cast<char>(value >> (8 * i));
  }
  return text;
}

/// What an entry's headers say, right or wrong.
struct Entry {
  std::string name = "a/b";
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t crc = kHelloCrc;
  std::uint32_t bytes = 5;
  std::uint32_t offset = 0;
  std::string extra = {};
};

std::string LocalHeader(const Entry& entry) {
  return "PK\x03\x04" + Number(20, 2) + Number(entry.flags, 2) +
         Number(entry.method, 2) + Number(0, 4) + Number(entry.crc, 4) +
         Number(5, 4) + Number(5, 4) + Number(entry.name.size(), 2) +
         Number(0, 2) + entry.name;
}

std::string CentralHeader(const Entry& entry) {
  return "PK\x01\x02" + Number(20, 2) + Number(20, 2) + Number(entry.flags, 2) +
         Number(entry.method, 2) + Number(0, 4) + Number(entry.crc, 4) +
         Number(entry.bytes, 4) + Number(entry.bytes, 4) +
         Number(entry.name.size(), 2) + Number(entry.extra.size(), 2) +
         std::string(10, 0) + Number(entry.offset, 4) + entry.name +
         entry.extra;
}

std::string End(std::size_t num_entries,
                std::size_t directory_offset,
                const std::string& comment = "") {
  return "PK\x05\x06" + Number(0, 4) + Number(num_entries, 2) +
         Number(num_entries, 2) + Number(0, 4) + Number(directory_offset, 4) +
         Number(comment.size(), 2) + comment;
}

/// One entry that holds "hello".
std::string Zip(const Entry& entry, const std::string& comment = "") {
  const std::string local = LocalHeader(entry) + "hello";
  return local + CentralHeader(entry) + End(1, local.size(), comment);
}

std::string ReadOrError(const std::string& file) {
  const auto entries = ReadStoredZip(std::as_bytes(std::span(file)));
  if (!entries) {
    return entries.error().message;
  }
  std::string text;
  for (const auto& [name, data] : *entries) {
    text +=
        name + "=" +
        std::string(reinterpret_cast<const char*>(data.data()), data.size()) +
        ";";
  }
  return text;
}

TEST(ReadStoredZip, ReadsAnEntry) {
  EXPECT_EQ(ReadOrError(Zip({})), "a/b=hello;");
}

TEST(ReadStoredZip, FindsTheEndBeforeAComment) {
  EXPECT_EQ(ReadOrError(Zip({}, "made by PK\x05\x06 someone")), "a/b=hello;");
}

TEST(ReadStoredZip, ReadsZip64Fields) {
  // Size in the zip64 field; the 32-bit ones say "see there".
  const std::string local = LocalHeader({}) + "hello";
  const std::string extra =
      Number(1, 2) + Number(16, 2) + Number(5, 8) + Number(5, 8);
  const std::string directory =
      CentralHeader({.bytes = 0xFFFFFFFF, .extra = extra});
  const std::string end64 = "PK\x06\x06" + Number(44, 8) + Number(45, 2) +
                            Number(45, 2) + Number(0, 8) + Number(1, 8) +
                            Number(1, 8) + Number(directory.size(), 8) +
                            Number(local.size(), 8);
  const std::string locator = "PK\x06\x07" + Number(0, 4) +
                              Number(local.size() + directory.size(), 8) +
                              Number(1, 4);
  EXPECT_EQ(ReadOrError(local + directory + end64 + locator +
                        End(0xFFFF, 0xFFFFFFFF)),
            "a/b=hello;");
}

TEST(ReadStoredZip, RefusesCompressedAndEncryptedEntries) {
  const std::string refusal = "zip file: entry a/b is compressed or encrypted";
  EXPECT_EQ(ReadOrError(Zip({.method = 8})), refusal);
  EXPECT_EQ(ReadOrError(Zip({.flags = 1})), refusal);
}

TEST(ReadStoredZip, RefusesAWrongChecksum) {
  EXPECT_EQ(ReadOrError(Zip({.crc = 1})),
            "zip file: entry a/b is damaged (wrong checksum)");
}

TEST(ReadStoredZip, RefusesEntriesOutsideOfTheFile) {
  EXPECT_EQ(ReadOrError(Zip({.bytes = 5000})),
            "zip file: entry a/b lies outside of the file");
  EXPECT_EQ(ReadOrError(Zip({.offset = 5000})),
            "zip file: entry a/b has no header");
}

TEST(ReadStoredZip, RefusesTwoEntriesOfOneName) {
  const std::string local = LocalHeader({}) + "hello";
  const std::string file =
      local + CentralHeader({}) + CentralHeader({}) + End(2, local.size());
  EXPECT_EQ(ReadOrError(file), "zip file: it has two entries a/b");
}

TEST(ReadStoredZip, RefusesEntriesThatOverlap) {
  // Twenty names for the same 600 bytes make more than the whole file.
  const std::string body(600, 'x');
  Entry entry = {.crc = kManyXCrc, .bytes = 600};
  const std::string local = LocalHeader(entry) + body;
  std::string directory;
  for (char name = 'a'; name < 'a' + 20; ++name) {
    entry.name = std::string("a/") + name;
    directory += CentralHeader(entry);
  }
  EXPECT_EQ(ReadOrError(local + directory + End(20, local.size())),
            "zip file: its entries overlap");
}

TEST(ReadStoredZip, RefusesWhatIsNoZip) {
  const std::string no_end =
      "zip file: it has no end record; it is damaged or cut off";
  EXPECT_EQ(ReadOrError(""), no_end);
  EXPECT_EQ(ReadOrError("PK\x03\x04 and then nothing of the kind"), no_end);
}

TEST(ReadStoredZip, RefusesADirectoryThatIsCutOff) {
  const std::string local = LocalHeader({}) + "hello";
  EXPECT_EQ(ReadOrError(local + CentralHeader({}) + End(3, local.size())),
            "zip file: its directory is damaged at entry 1");
}

}  // namespace
}  // namespace mien::nets
