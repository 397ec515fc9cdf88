// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tiffio.h>

#include <functional>

#include "core/file.h"
#include "core/temp_dir.h"
#include "image/rotate.h"
#include "image/synthetic_image.h"
#include "image/test_files.h"
#include "mien/image.h"

namespace mien {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// What WriteTiff() writes: rows as TIFF packs them.
struct TiffFile {
  int width = 0;
  int bits = 8;
  int samples = 3;
  int photometric = PHOTOMETRIC_RGB;
  int compression = COMPRESSION_NONE;
  int orientation = ORIENTATION_TOPLEFT;
  int rows_per_strip = 1;
  std::vector<std::vector<std::uint8_t>> rows = {};
};

using Adjust = std::function<void(TIFF*)>;

Bytes WriteTiff(TiffFile file,
                const char* mode = "w",
                const Adjust& adjust = {}) {
  const TempDir dir;
  const std::string path = (dir / "a.tif").string();
  TIFF* tiff = TIFFOpen(path.c_str(), mode);
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, file.width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<int>(file.rows.size()));
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, file.bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, file.samples);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, file.photometric);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, file.compression);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, file.orientation);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, file.rows_per_strip);
  if (adjust) {
    adjust(tiff);
  }
  for (std::size_t y = 0; y < file.rows.size(); ++y) {
    TIFFWriteScanline(tiff, file.rows[y].data(), static_cast<unsigned>(y));
  }
  TIFFClose(tiff);
  return ReadFile(path).value();
}

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

TEST(DecodeTiff, ReadsStripsOfEveryHeightAndCompression) {
  const Image image = NoiseImage(23, 150, 1);
  for (const int compression : {COMPRESSION_NONE,
                                COMPRESSION_LZW,
                                COMPRESSION_ADOBE_DEFLATE,
                                COMPRESSION_PACKBITS}) {
    for (const int rows_per_strip : {1, 7, 64, 150, 1000}) {
      const Bytes file = WriteTiff({.width = 23,
                                    .compression = compression,
                                    .rows_per_strip = rows_per_strip,
                                    .rows = RowsOf(image)});
      EXPECT_EQ(LargestDifference(MustDecode(file), image), 0)
          << compression << ", " << rows_per_strip;
    }
  }
}

TEST(DecodeTiff, ReadsBigEndianAndBigTiff) {
  const Image image = NoiseImage(5, 4, 1);
  for (const char* mode : {"wb", "wl", "w8"}) {
    const Bytes file = WriteTiff({.width = 5, .rows = RowsOf(image)}, mode);
    EXPECT_EQ(LargestDifference(MustDecode(file), image), 0) << mode;
  }
}

TEST(DecodeTiff, ReadsTiles) {
  const Image image = NoiseImage(40, 100, 2);
  const TempDir dir;
  const std::string path = (dir / "a.tif").string();
  TIFF* tiff = TIFFOpen(path.c_str(), "w");
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, 40);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 100);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 3);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_TILEWIDTH, 16);
  TIFFSetField(tiff, TIFFTAG_TILELENGTH, 32);
  for (int y0 = 0; y0 < 100; y0 += 32) {
    for (int x0 = 0; x0 < 40; x0 += 16) {
      std::vector<std::uint8_t> tile(std::size_t{3} * 16 * 32);
      for (int y = y0; y < std::min(y0 + 32, 100); ++y) {
        std::copy_n(image.row(y) + 3 * x0,
                    3 * std::min(16, 40 - x0),
                    tile.data() + 3 * 16 * (y - y0));
      }
      TIFFWriteTile(tiff,
                    tile.data(),
                    static_cast<unsigned>(x0),
                    static_cast<unsigned>(y0),
                    0,
                    0);
    }
  }
  TIFFClose(tiff);
  EXPECT_EQ(LargestDifference(MustDecode(ReadFile(path).value()), image), 0);
}

TEST(DecodeTiff, ReducesSixteenBits) {
  // 0x1200 and 0xFFFF, in the machine's byte order as libtiff wants them.
  const Image image =
      MustDecode(WriteTiff({.width = 2,
                            .bits = 16,
                            .samples = 1,
                            .photometric = PHOTOMETRIC_MINISBLACK,
                            .rows = {{0x00, 0x12, 0xFF, 0xFF}}}));
  EXPECT_THAT(image.pixels(), ElementsAre(0x12, 0x12, 0x12, 255, 255, 255));
}

TEST(DecodeTiff, ReadsGreyOfBothSenses) {
  TiffFile file = {.width = 1,
                   .samples = 1,
                   .photometric = PHOTOMETRIC_MINISBLACK,
                   .rows = {{40}}};
  EXPECT_THAT(MustDecode(WriteTiff(file)).pixels(), ElementsAre(40, 40, 40));
  file.photometric = PHOTOMETRIC_MINISWHITE;
  EXPECT_THAT(MustDecode(WriteTiff(file)).pixels(), ElementsAre(215, 215, 215));
}

TEST(DecodeTiff, LooksUpItsPalette) {
  const Image image = MustDecode(
      WriteTiff({.width = 1,
                 .samples = 1,
                 .photometric = PHOTOMETRIC_PALETTE,
                 .rows = {{3}}},
                "w",
                [](TIFF* tiff) {
                  std::uint16_t red[256] = {};
                  std::uint16_t green[256] = {};
                  std::uint16_t blue[256] = {};
                  red[3] = 0x1234;
                  green[3] = 0x5678;
                  blue[3] = 0x9ABC;
                  TIFFSetField(tiff, TIFFTAG_COLORMAP, red, green, blue);
                }));
  EXPECT_THAT(image.pixels(), ElementsAre(0x12, 0x56, 0x9A));
}

TEST(DecodeTiff, ConvertsInks) {
  // Cyan 20 %, black 50 %.
  const Image image =
      MustDecode(WriteTiff({.width = 1,
                            .samples = 4,
                            .photometric = PHOTOMETRIC_SEPARATED,
                            .rows = {{51, 0, 0, 127}}}));
  EXPECT_NEAR(image.pixels()[0], 102, 1);
  EXPECT_NEAR(image.pixels()[1], 128, 1);
}

TEST(DecodeTiff, LaysAlphaOverWhite) {
  for (const int extra : {EXTRASAMPLE_UNASSALPHA, EXTRASAMPLE_ASSOCALPHA}) {
    const Image image = MustDecode(WriteTiff(
        {.width = 2, .samples = 4, .rows = {{10, 20, 30, 255, 0, 0, 0, 51}}},
        "w",
        [extra](TIFF* tiff) {
          const auto kind = static_cast<std::uint16_t>(extra);
          TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &kind);
        }));
    EXPECT_THAT(image.pixels(), ElementsAre(10, 20, 30, 204, 204, 204))
        << extra;
  }
}

TEST(DecodeTiff, AppliesEveryOrientation) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const int inverse = orientation == 6   ? 8
                        : orientation == 8 ? 6
                                           : orientation;
    const Image stored = ApplyOrientation(SixSquares(), inverse);
    const Bytes file = WriteTiff({.width = stored.width(),
                                  .orientation = orientation,
                                  .rows = RowsOf(stored)});
    EXPECT_EQ(LargestDifference(MustDecode(file), SixSquares()), 0)
        << orientation;
  }
}

TEST(DecodeTiff, RefusesRareCompressionsAndSamplesByName) {
  const Bytes zstd = WriteTiff(
      {.width = 1, .compression = COMPRESSION_ZSTD, .rows = {{1, 2, 3}}});
  EXPECT_EQ(DecodeImage(zstd).error().message,
            "TIFF: compression 50000 cannot be read");
  const Bytes wide = WriteTiff(
      {.width = 1, .bits = 32, .rows = {std::vector<std::uint8_t>(12)}});
  EXPECT_THAT(DecodeImage(wide).error().message, HasSubstr("32-bit samples"));
  EXPECT_EQ(DecodeImage(wide).error().code, ErrorCode::kUnsupported);
}

TEST(DecodeTiff, ChecksTheLimits) {
  const Bytes file = WriteTiff({.width = 6, .rows = RowsOf(SixSquares())});
  EXPECT_EQ(DecodeImage(file, {.max_pixels = 23}).error().message,
            "TIFF is 6 x 4 pixels; at most 23 in all are accepted");
}

TEST(DecodeTiff, SaysThatAHeaderIsCutOff) {
  const Bytes file = WriteTiff({.width = 6, .rows = RowsOf(SixSquares())});
  const auto decoded = DecodeImage(std::span(file).first(20));
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().message, StartsWith("TIFF is damaged: "));
}

TEST(DecodeTiff, NamesTheLinesThatCannotBeRead) {
  Bytes file = WriteTiff({.width = 4,
                          .compression = COMPRESSION_LZW,
                          .rows_per_strip = 64,
                          .rows = RowsOf(NoiseImage(4, 70, 1))});
  // The first strip follows the header of eight bytes.
  std::fill_n(file.begin() + 8, 20, std::byte{0xFF});
  const auto decoded = DecodeImage(file);
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().message, HasSubstr("(lines 0 to 63)"));
}

TEST(DecodeTiff, SurvivesEveryTruncation) {
  const Bytes file = WriteTiff({.width = 6, .rows = RowsOf(SixSquares())});
  ForEachTruncation(file, [](auto part, std::size_t size) {
    const auto decoded = DecodeImage(part);
    EXPECT_FALSE(decoded && decoded->image.empty()) << size;
  });
}

TEST(DecodeTiff, StopsWhenTimeIsUp) {
  const auto decoded =
      DecodeImage(WriteTiff({.width = 6, .rows = RowsOf(SixSquares())}),
                  {.max_time = std::chrono::milliseconds(-1)});
  EXPECT_THAT(decoded.error().message, StartsWith("TIFF took longer than"));
}

}  // namespace
}  // namespace mien
