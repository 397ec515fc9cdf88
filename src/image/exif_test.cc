// SPDX-License-Identifier: Apache-2.0
#include "image/exif.h"

#include <gtest/gtest.h>

#include "image/test_files.h"

namespace mien {
namespace {

TEST(ExifOrientation, ReadsAllEight) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(ExifOrientation(ExifBlock(orientation)), orientation);
  }
}

TEST(ExifOrientation, SkipsTheExifPrefix) {
  Bytes block = MakeBytes({'E', 'x', 'i', 'f', 0, 0});
  Append(block, ExifBlock(6));
  EXPECT_EQ(ExifOrientation(block), 6);
}

TEST(ExifOrientation, ReadsLittleEndianAfterOtherEntries) {
  const Bytes block = MakeBytes({
      'I',  'I',  42, 0, 10, 0, 0, 0, 0xEE, 0xEE,          // directory at 10
      2,    0,                                             // two entries
      0x0F, 0x01, 2,  0, 4,  0, 0, 0, 'm',  'i',  'e', 0,  // maker
      0x12, 0x01, 3,  0, 1,  0, 0, 0, 8,    0,    0,   0,  // orientation 8
  });
  EXPECT_EQ(ExifOrientation(block), 8);
}

TEST(ExifOrientation, TakesValuesOutsideOfTheStandardForUpright) {
  for (const int orientation : {0, 9, 255}) {
    EXPECT_EQ(ExifOrientation(ExifBlock(orientation)), 1);
  }
}

TEST(ExifOrientation, TakesEveryTruncationForUpright) {
  const Bytes block = ExifBlock(6);
  // The value ends at byte 20; what follows is padding.
  for (std::size_t size = 0; size < 20; ++size) {
    EXPECT_EQ(ExifOrientation(std::span(block).first(size)), 1) << size;
  }
  EXPECT_EQ(ExifOrientation(std::span(block).first(20)), 6);
}

TEST(ExifOrientation, TakesHostileOffsetsForUpright) {
  for (const int offset : {0, 7, 0x7F, 0xFF}) {
    Bytes block = ExifBlock(6);
    for (std::size_t i = 4; i < 8; ++i) {
      block[i] = static_cast<std::byte>(offset);
    }
    EXPECT_EQ(ExifOrientation(block), 1) << offset;
  }
}

TEST(ExifOrientation, ClaimedEntriesEndWithTheBlock) {
  Bytes block = MakeBytes({'M', 'M', 0, 42, 0, 0, 0, 8, 0xFF, 0xFF});
  Append(block, Bytes(12 * 100));
  EXPECT_EQ(ExifOrientation(block), 1);
}

TEST(ExifOrientation, TakesAnotherTypeThanShortForUpright) {
  Bytes block = ExifBlock(6);
  block[13] = std::byte{4};
  EXPECT_EQ(ExifOrientation(block), 1);
}

}  // namespace
}  // namespace mien
