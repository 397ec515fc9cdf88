// SPDX-License-Identifier: Apache-2.0
#include "core/file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>

#include "core/temp_dir.h"

namespace mien {
namespace {

TEST(ReadFile, ReturnsWhatWasWritten) {
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / "a.txt", "hello"));
  EXPECT_EQ(ReadTextFile(dir / "a.txt").value(), "hello");
}

TEST(ReadFile, NamesAMissingFile) {
  const auto text = ReadTextFile("/nowhere/a.txt");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(text.error().message,
            "/nowhere/a.txt: cannot open: No such file or directory");
}

TEST(ReadFile, RefusesMoreThanTheLimit) {
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / "a.txt", "hello"));
  EXPECT_EQ(ReadTextFile(dir / "a.txt", 5).value(), "hello");
  EXPECT_EQ(ReadTextFile(dir / "a.txt", 4).error().code,
            ErrorCode::kLimitExceeded);
}

TEST(ReadFile, RefusesAFolder) {
  const TempDir dir;
  EXPECT_EQ(ReadFile(dir.path()).error().code, ErrorCode::kIo);
}

/// KiB of the mapping at `address` that count as this process's: "Rss:" of its
/// entry in /proc/self/smaps.
int ResidentKib(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  std::ostringstream begin;
  begin << std::hex << reinterpret_cast<std::uintptr_t>(address) << '-';
  bool is_found = false;
  int kib = -1;
  for (std::string line; kib < 0 && std::getline(maps, line);) {
    is_found = is_found || line.starts_with(begin.str());
    if (is_found && line.starts_with("Rss:")) {
      kib = std::stoi(line.substr(4));
    }
  }
  return kib;
}

TEST(MapFile, GivesTheBytesOfTheFile) {
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / "a.txt", "hello"));
  const auto mapped = MapFile(dir / "a.txt", 5);
  ASSERT_TRUE(mapped) << mapped.error().message;
  ASSERT_EQ(mapped->bytes.size(), 5U);
  EXPECT_EQ(mapped->bytes[4], std::byte{'o'});
  EXPECT_EQ(MapFile(dir / "a.txt", 4).error().code, ErrorCode::kLimitExceeded);
}

TEST(ReleasePages, GivesWholePagesOfAMappedFileBack) {
  constexpr std::size_t kSize = std::size_t{1} << 20U;
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / "a.txt", std::string(kSize, 'x')));
  const auto mapped = MapFile(dir / "a.txt", kSize);
  ASSERT_TRUE(mapped) << mapped.error().message;
  const auto is_x = [](std::byte byte) { return byte == std::byte{'x'}; };
  ASSERT_TRUE(std::ranges::all_of(mapped->bytes, is_x));
  EXPECT_EQ(ResidentKib(mapped->bytes.data()), 1024);
  ReleasePages({mapped->owner, mapped->bytes.subspan(1)});
  EXPECT_LE(ResidentKib(mapped->bytes.data()), 64);  // the first page
  EXPECT_TRUE(std::ranges::all_of(mapped->bytes, is_x));
}

TEST(ReleasePages, LeavesTheOldBytesOfAFileThatIsReplacedOrRemoved) {
  constexpr std::size_t kSize = std::size_t{1} << 16U;
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / "a.txt", std::string(kSize, 'x')));
  const auto mapped = MapFile(dir / "a.txt", kSize);
  ASSERT_TRUE(mapped) << mapped.error().message;
  ReleasePages(*mapped);
  ASSERT_TRUE(WriteFileAtomically(dir / "a.txt", "new"));
  EXPECT_EQ(std::ranges::count(mapped->bytes, std::byte{'x'}), kSize);
  ReleasePages(*mapped);
  std::filesystem::remove(dir / "a.txt");
  EXPECT_EQ(std::ranges::count(mapped->bytes, std::byte{'x'}), kSize);
}

TEST(ReleasePages, LeavesOtherMemoryAlone) {
  const auto owner = std::make_shared<const std::vector<std::byte>>(
      std::size_t{1} << 20U, std::byte{'x'});
  ReleasePages({owner, *owner});
  ReleasePages({nullptr, *owner});
  EXPECT_EQ(std::ranges::count(*owner, std::byte{'x'}), 1 << 20);
}

TEST(WriteFileAtomically, ReplacesTheOldFileAndLeavesNoDraft) {
  const TempDir dir;
  ASSERT_TRUE(WriteFileAtomically(dir / "a.txt", "old"));
  ASSERT_TRUE(WriteFileAtomically(dir / "a.txt", "new"));
  EXPECT_EQ(ReadTextFile(dir / "a.txt").value(), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}),
            1);
}

TEST(WriteFileAtomically, NamesAFileThatCannotBeWritten) {
  const auto written = WriteFileAtomically("/proc/mien.txt", "new");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find("/proc/mien.txt"), std::string::npos);
}

}  // namespace
}  // namespace mien
