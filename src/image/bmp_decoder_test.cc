// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "image/test_files.h"
#include "mien/image.h"

namespace mien {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Fields of a bitmap with the 40-byte header.
struct Bmp {
  int width = 0;
  int height = 0;
  int bits = 24;
  std::uint32_t compression = 0;
  Bytes extra = {};   ///< masks or palette
  Bytes pixels = {};  ///< rows, each padded to four bytes
};

Bytes WriteBmp(const Bmp& bmp) {
  Bytes file = MakeBytes("BM");
  AppendLittleEndian(file, 0, 8);
  AppendLittleEndian(
      file, static_cast<std::uint32_t>(14 + 40 + bmp.extra.size()), 4);
  AppendLittleEndian(file, 40, 4);
  AppendLittleEndian(file, static_cast<std::uint32_t>(bmp.width), 4);
  AppendLittleEndian(file, static_cast<std::uint32_t>(bmp.height), 4);
  AppendLittleEndian(file, 1, 2);
  AppendLittleEndian(file, static_cast<std::uint32_t>(bmp.bits), 2);
  AppendLittleEndian(file, bmp.compression, 4);
  file.resize(14 + 40);
  Append(file, bmp.extra);
  Append(file, bmp.pixels);
  return file;
}

/// Two rows of one pixel, the lower first: blue, green, red and a byte of fill.
const Bmp kTwoRows = {
    .width = 1, .height = 2, .pixels = MakeBytes({1, 2, 3, 0, 4, 5, 6, 0})};

Image MustDecode(const Bmp& bmp) {
  auto decoded = DecodeImage(WriteBmp(bmp));
  EXPECT_TRUE(decoded) << decoded.error().message;
  return decoded ? decoded->image : Image();
}

TEST(DecodeBmp, ReadsTheLowestRowFirst) {
  EXPECT_THAT(MustDecode(kTwoRows).pixels(), ElementsAre(6, 5, 4, 3, 2, 1));
}

TEST(DecodeBmp, ReadsTheHighestRowFirstWhenHeightIsNegative) {
  Bmp bmp = kTwoRows;
  bmp.height = -2;
  EXPECT_THAT(MustDecode(bmp).pixels(), ElementsAre(3, 2, 1, 6, 5, 4));
}

TEST(DecodeBmp, LooksUpOneBitIndices) {
  const Image image = MustDecode({.width = 3,
                                  .height = 1,
                                  .bits = 1,
                                  .extra = MakeBytes({1, 2, 3, 0, 4, 5, 6, 0}),
                                  .pixels = MakeBytes({0b01000000, 0, 0, 0})});
  EXPECT_THAT(image.pixels(), ElementsAre(3, 2, 1, 6, 5, 4, 3, 2, 1));
}

TEST(DecodeBmp, LooksUpFourAndEightBitIndices) {
  Bytes palette(std::size_t{4} * 256);
  palette[4 * 10 + 2] = std::byte{77};  // red of colour 10
  Bmp bmp = {.width = 2,
             .height = 1,
             .bits = 8,
             .extra = palette,
             .pixels = MakeBytes({10, 11, 0, 0})};
  EXPECT_THAT(MustDecode(bmp).pixels(), ElementsAre(77, 0, 0, 0, 0, 0));
  palette.resize(std::size_t{4} * 16);
  bmp = {.width = 2,
         .height = 1,
         .bits = 4,
         .extra = palette,
         .pixels = MakeBytes({0x1A, 0, 0, 0})};
  EXPECT_THAT(MustDecode(bmp).pixels(), ElementsAre(0, 0, 0, 77, 0, 0));
}

TEST(DecodeBmp, SpreadsFiveBitsOverAllLevels) {
  // red 31, green 0, blue 16 of 31: 16 * 255 / 31 = 131.6
  const Image image = MustDecode({.width = 1,
                                  .height = 1,
                                  .bits = 16,
                                  .pixels = MakeBytes({0x10, 0x7C, 0, 0})});
  EXPECT_THAT(image.pixels(), ElementsAre(255, 0, 132));
}

TEST(DecodeBmp, ReadsItsOwnMasks) {
  Bytes masks;
  AppendLittleEndian(masks, 0xF800, 4);
  AppendLittleEndian(masks, 0x07E0, 4);
  AppendLittleEndian(masks, 0x001F, 4);
  const Image image = MustDecode({.width = 1,
                                  .height = 1,
                                  .bits = 16,
                                  .compression = 3,
                                  .extra = masks,
                                  .pixels = MakeBytes({0xE0, 0x07, 0, 0})});
  EXPECT_THAT(image.pixels(), ElementsAre(0, 255, 0));
}

TEST(DecodeBmp, LaysMaskedAlphaOverWhite) {
  Bytes masks;
  for (const std::uint32_t mask : {0xFF0000U, 0xFF00U, 0xFFU, 0xFF000000U}) {
    AppendLittleEndian(masks, mask, 4);
  }
  const Image image = MustDecode({.width = 1,
                                  .height = 1,
                                  .bits = 32,
                                  .compression = 6,
                                  .extra = masks,
                                  .pixels = MakeBytes({0, 0, 0, 51})});
  EXPECT_THAT(image.pixels(), ElementsAre(204, 204, 204));
}

TEST(DecodeBmp, IgnoresTheFourthByteWithoutMask) {
  const Image image = MustDecode(
      {.width = 1, .height = 1, .bits = 32, .pixels = MakeBytes({1, 2, 3, 0})});
  EXPECT_THAT(image.pixels(), ElementsAre(3, 2, 1));
}

TEST(DecodeBmp, ReadsTheOldHeaderWithSmallFields) {
  Bytes file = MakeBytes("BM");
  AppendLittleEndian(file, 0, 8);
  AppendLittleEndian(file, 26, 4);
  AppendLittleEndian(file, 12, 4);
  for (const std::uint32_t field : {1U, 1U, 1U, 24U}) {
    AppendLittleEndian(file, field, 2);
  }
  Append(file, MakeBytes({7, 8, 9, 0}));
  const auto decoded = DecodeImage(file);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_THAT(decoded->image.pixels(), ElementsAre(9, 8, 7));
}

TEST(DecodeBmp, RefusesRunLengthsByName) {
  const auto decoded = DecodeImage(
      WriteBmp({.width = 1, .height = 1, .bits = 8, .compression = 1}));
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(decoded.error().message,
            "BMP: 8 bits per pixel with run-length compression cannot be read");
}

TEST(DecodeBmp, ChecksTheLimitsBeforeItAllocates) {
  const auto decoded =
      DecodeImage(WriteBmp({.width = 2000000000, .height = 2000000000}));
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().message,
            "BMP is 2000000000 x 2000000000 pixels; the longest side accepted "
            "is 50000");
  EXPECT_EQ(DecodeImage(WriteBmp({.width = -1, .height = 5})).error().message,
            "BMP is -1 x 5 pixels");
}

TEST(DecodeBmp, NamesTheLineWhereATruncatedFileEnds) {
  const Bytes file = WriteBmp(kTwoRows);
  EXPECT_EQ(DecodeImage(std::span(file).first(file.size() - 1)).error().message,
            "BMP is damaged: the file ends after line 1 of 2");
}

TEST(DecodeBmp, RefusesEveryTruncation) {
  ForEachTruncation(WriteBmp(kTwoRows), [](auto part, std::size_t size) {
    EXPECT_FALSE(DecodeImage(part)) << size;
  });
}

TEST(DecodeBmp, StopsWhenTimeIsUp) {
  const auto decoded = DecodeImage(WriteBmp(kTwoRows),
                                   {.max_time = std::chrono::milliseconds(-1)});
  EXPECT_THAT(decoded.error().message, StartsWith("BMP took longer than"));
}

}  // namespace
}  // namespace mien
