// SPDX-License-Identifier: Apache-2.0
#include "data/tar.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace mien {
namespace {

std::string Text(const TarHeader& header,
                 std::size_t offset,
                 std::size_t size) {
  return std::string(reinterpret_cast<const char*>(header.data()) + offset,
                     size);
}

// Fields of `printf 'x%.0s' {1..14260} > a.jpg; tar --format=ustar --owner=0
// --group=0 --numeric-owner --mtime=@0 --mode=644 -cf - a.jpg` (GNU tar 1.34).
TEST(Tar, WritesTheHeaderThatGnuTarWrites) {
  const TarHeader header = MakeTarHeader("a.jpg", 14260);
  EXPECT_EQ(Text(header, 0, 6), std::string("a.jpg\0", 6));
  EXPECT_EQ(Text(header, 100, 8), std::string("0000644\0", 8));
  EXPECT_EQ(Text(header, 124, 12), std::string("00000033664\0", 12));
  EXPECT_EQ(Text(header, 136, 12), std::string("00000000000\0", 12));
  EXPECT_EQ(Text(header, 148, 8), std::string("010143\0 ", 8));
  EXPECT_EQ(Text(header, 156, 1), "0");
  EXPECT_EQ(Text(header, 257, 8), std::string("ustar\00000", 8));
}

TEST(Tar, PadsToWholeBlocks) {
  EXPECT_EQ(TarPadded(0), 0U);
  EXPECT_EQ(TarPadded(1), 512U);
  EXPECT_EQ(TarPadded(512), 512U);
  EXPECT_EQ(TarPadded(513), 1024U);
}

TEST(Tar, AcceptsItsOwnHeader) {
  EXPECT_TRUE(CheckTarHeader(MakeTarHeader("a.jpg", 77), 77));
}

TEST(Tar, RefusesAnotherSize) {
  const auto checked = CheckTarHeader(MakeTarHeader("a.jpg", 77), 78);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message,
            "the shard states 77 bytes for a chip, the index 78");
}

TEST(Tar, RefusesADamagedHeader) {
  TarHeader header = MakeTarHeader("a.jpg", 77);
  header[2] = std::byte{'x'};
  const auto checked = CheckTarHeader(header, 77);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kCorruptData);
}

TEST(Tar, RefusesOtherBytes) { EXPECT_FALSE(CheckTarHeader(TarHeader{}, 0)); }

}  // namespace
}  // namespace mien
