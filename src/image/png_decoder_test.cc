// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>

#include "image/rotate.h"
#include "image/synthetic_image.h"
#include "image/test_files.h"
#include "mien/image.h"

namespace mien {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// What WritePng() writes: `rows` as PNG packs them.
struct PngFile {
  int width = 0;
  int bit_depth = 8;
  int color_type = PNG_COLOR_TYPE_RGB;
  int interlace = PNG_INTERLACE_NONE;
  std::vector<std::vector<std::uint8_t>> rows = {};
  std::vector<png_color> palette = {};
  std::vector<png_byte> palette_alpha = {};
  Bytes exif = {};
};

Bytes WritePng(PngFile file) {
  Bytes bytes;
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png,
      &bytes,
      [](png_structp p, png_bytep data, size_t size) {
        const auto* first = reinterpret_cast<const std::byte*>(data);
        static_cast<Bytes*>(png_get_io_ptr(p))
            ->insert(static_cast<Bytes*>(png_get_io_ptr(p))->end(),
                     first,
                     first + size);
      },
      nullptr);
  png_set_IHDR(png,
               info,
               static_cast<png_uint_32>(file.width),
               static_cast<png_uint_32>(file.rows.size()),
               file.bit_depth,
               file.color_type,
               file.interlace,
               PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  if (!file.palette.empty()) {
    png_set_PLTE(
        png, info, file.palette.data(), static_cast<int>(file.palette.size()));
  }
  if (!file.palette_alpha.empty()) {
    png_set_tRNS(png,
                 info,
                 file.palette_alpha.data(),
                 static_cast<int>(file.palette_alpha.size()),
                 nullptr);
  }
  if (!file.exif.empty()) {
    png_set_eXIf_1(png,
                   info,
                   static_cast<png_uint_32>(file.exif.size()),
                   reinterpret_cast<png_bytep>(file.exif.data()));
  }
  png_write_info(png, info);
  std::vector<png_bytep> rows;
  for (auto& row : file.rows) {
    rows.push_back(row.data());
  }
  png_write_image(png, rows.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

/// The rows of `image`, for WritePng().
std::vector<std::vector<std::uint8_t>> RowsOf(const Image& image) {
  std::vector<std::vector<std::uint8_t>> rows;
  for (int y = 0; y < image.height(); ++y) {
    rows.emplace_back(image.row(y), image.row(y) + image.stride_bytes());
  }
  return rows;
}

Image MustDecode(const Bytes& file) {
  auto decoded = DecodeImage(file);
  EXPECT_TRUE(decoded) << decoded.error().message;
  return decoded ? decoded->image : Image();
}

TEST(DecodePng, KeepsTheUpperEightBitsOfSixteen) {
  const Image image = MustDecode(WritePng(
      {.width = 1, .bit_depth = 16, .rows = {{0x12, 0xFF, 0x34, 0, 0xFF, 1}}}));
  EXPECT_THAT(image.pixels(), ElementsAre(0x12, 0x34, 0xFF));
}

TEST(DecodePng, SpreadsOneBitGreyOverAllLevels) {
  const Image image = MustDecode(WritePng({.width = 3,
                                           .bit_depth = 1,
                                           .color_type = PNG_COLOR_TYPE_GRAY,
                                           .rows = {{0b10100000}}}));
  EXPECT_THAT(image.pixels(),
              ElementsAre(255, 255, 255, 0, 0, 0, 255, 255, 255));
}

TEST(DecodePng, LooksUpPaletteAndLaysItsAlphaOverWhite) {
  const Image image =
      MustDecode(WritePng({.width = 3,
                           .bit_depth = 2,
                           .color_type = PNG_COLOR_TYPE_PALETTE,
                           .rows = {{0b00011000}},
                           .palette = {{10, 20, 30}, {0, 100, 200}, {1, 2, 3}},
                           .palette_alpha = {255, 128, 0}}));
  // 0 * 128/255 + 255 * 127/255 = 127; 100: 177.2; 200: 227.4
  EXPECT_THAT(image.pixels(),
              ElementsAre(10, 20, 30, 127, 177, 227, 255, 255, 255));
}

TEST(DecodePng, LaysAlphaOverWhite) {
  const Image image =
      MustDecode(WritePng({.width = 2,
                           .color_type = PNG_COLOR_TYPE_RGB_ALPHA,
                           .rows = {{10, 20, 30, 255, 0, 0, 0, 51}}}));
  EXPECT_THAT(image.pixels(), ElementsAre(10, 20, 30, 204, 204, 204));
}

TEST(DecodePng, ReadsGreyWithAlpha) {
  const Image image =
      MustDecode(WritePng({.width = 2,
                           .color_type = PNG_COLOR_TYPE_GRAY_ALPHA,
                           .rows = {{90, 255, 90, 0}}}));
  EXPECT_THAT(image.pixels(), ElementsAre(90, 90, 90, 255, 255, 255));
}

TEST(DecodePng, ReadsInterlacedRows) {
  const Image image = NoiseImage(21, 13, 4);
  EXPECT_THAT(MustDecode(WritePng({.width = 21,
                                   .interlace = PNG_INTERLACE_ADAM7,
                                   .rows = RowsOf(image)}))
                  .pixels(),
              ElementsAreArray(image.pixels()));
}

TEST(DecodePng, ReadsInterlacedRowsWithAlpha) {
  // The first three of every four bytes count when the fourth is 255.
  PngFile file = {.width = 9,
                  .color_type = PNG_COLOR_TYPE_RGB_ALPHA,
                  .interlace = PNG_INTERLACE_ADAM7};
  const Image image = NoiseImage(9, 10, 4);
  for (int y = 0; y < 10; ++y) {
    std::vector<std::uint8_t> row;
    for (int x = 0; x < 9; ++x) {
      row.insert(row.end(), image.row(y) + 3 * x, image.row(y) + 3 * x + 3);
      row.push_back(255);
    }
    file.rows.push_back(row);
  }
  EXPECT_THAT(MustDecode(WritePng(file)).pixels(),
              ElementsAreArray(image.pixels()));
}

TEST(DecodePng, AppliesItsExifOrientation) {
  const Image upright = SixSquares();
  const Image stored = Rotate(upright, Rotation::k270);
  const Image image = MustDecode(
      WritePng({.width = 4, .rows = RowsOf(stored), .exif = ExifBlock(6)}));
  EXPECT_EQ(image.width(), 6);
  EXPECT_EQ(LargestDifference(image, upright), 0);
}

TEST(DecodePng, SkipsAnExifChunkOfMoreThanAMebibyte) {
  Bytes exif = ExifBlock(6);
  const std::vector<std::vector<std::uint8_t>> rows = RowsOf(SixSquares());
  exif.resize(std::size_t{1} << 20U);
  EXPECT_EQ(
      MustDecode(WritePng({.width = 6, .rows = rows, .exif = exif})).width(),
      4);
  exif.resize(exif.size() + 1);
  EXPECT_EQ(
      MustDecode(WritePng({.width = 6, .rows = rows, .exif = exif})).width(),
      6);
}

TEST(DecodePng, ChecksTheLimitsBeforeItAllocates) {
  Bytes file =
      WritePng({.width = 60000, .rows = {std::vector<std::uint8_t>(180000)}});
  EXPECT_EQ(DecodeImage(file).error().message,
            "PNG is 60000 x 1 pixels; the longest side accepted is 50000");
  EXPECT_EQ(DecodeImage(file).error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(DecodeImage(file, {.max_side_px = 60000})->width, 60000);
}

TEST(DecodePng, RefusesAHeaderThatClaimsBillionsOfPixels) {
  Bytes file = EncodePng(SixSquares()).value();
  // IHDR begins at byte 16; its checksum is wrong too, which must not matter.
  for (std::size_t i = 16; i < 24; ++i) {
    file[i] = std::byte{0x7F};
  }
  EXPECT_FALSE(DecodeImage(file));
}

TEST(DecodePng, NamesTheLineWhereATruncatedFileEnds) {
  const Bytes file = EncodePng(NoiseImage(99, 99, 1)).value();
  const auto decoded = DecodeImage(std::span(file).first(file.size() / 2));
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().message,
              ::testing::MatchesRegex("PNG is damaged: line [1-6][0-9] of 99: "
                                      "the file ends early"));
}

TEST(DecodePng, RefusesEveryTruncation) {
  const Bytes file = EncodePng(NoiseImage(10, 10, 1)).value();
  ForEachTruncation(file, [](auto part, std::size_t size) {
    EXPECT_FALSE(DecodeImage(part)) << size;
  });
}

TEST(DecodePng, ReportsAWrongChecksum) {
  Bytes file = EncodePng(NoiseImage(10, 10, 1)).value();
  file[file.size() - 14] ^= std::byte{1};  // the checksum of the pixels
  const auto decoded = DecodeImage(file);
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().message, HasSubstr("CRC"));
}

TEST(DecodePng, StopsWhenTimeIsUp) {
  const auto decoded = DecodeImage(EncodePng(SixSquares()).value(),
                                   {.max_time = std::chrono::milliseconds(-1)});
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().message, StartsWith("PNG took longer than"));
}

}  // namespace
}  // namespace mien
