// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "image/jpeg_guard.h"
#include "image/rotate.h"
#include "image/synthetic_image.h"
#include "image/test_files.h"
#include "mien/image.h"

namespace mien {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A JPEG of `width` x `height` equal pixels of `components` in `space`;
/// `adjust` may change any parameter.
Bytes FlatJpeg(
    int width,
    int height,
    std::vector<std::uint8_t> components,
    J_COLOR_SPACE space,
    const std::function<void(jpeg_compress_struct&)>& adjust = [](auto&) {}) {
  JpegErrors errors;
  jpeg_compress_struct jpeg = {};
  jpeg.err = errors.handler();
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &buffer, &size);
  jpeg.image_width = static_cast<JDIMENSION>(width);
  jpeg.image_height = static_cast<JDIMENSION>(height);
  jpeg.input_components = static_cast<int>(components.size());
  jpeg.in_color_space = space;
  jpeg_set_defaults(&jpeg);
  adjust(jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  std::vector<std::uint8_t> pixels;
  for (int x = 0; x < width; ++x) {
    pixels.insert(pixels.end(), components.begin(), components.end());
  }
  for (int y = 0; y < height; ++y) {
    JSAMPROW row = pixels.data();
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  const auto* first = reinterpret_cast<const std::byte*>(buffer);
  Bytes file(first, first + size);
  jpeg_destroy_compress(&jpeg);
  std::free(buffer);  // NOLINT: from libjpeg's malloc()
  return file;
}

/// `jpeg` with an APP1 segment of `payload` after its first marker.
Bytes WithApp1(const Bytes& jpeg, const Bytes& payload) {
  Bytes file(jpeg.begin(), jpeg.begin() + 2);
  Append(file, MakeBytes({0xFF, 0xE1}));
  AppendBigEndian(file, static_cast<std::uint32_t>(payload.size() + 2), 2);
  Append(file, payload);
  file.insert(file.end(), jpeg.begin() + 2, jpeg.end());
  return file;
}

void ExpectPixel(const Image& image, int red, int green, int blue) {
  EXPECT_NEAR(image.pixels()[0], red, 2);
  EXPECT_NEAR(image.pixels()[1], green, 2);
  EXPECT_NEAR(image.pixels()[2], blue, 2);
}

TEST(DecodeJpeg, ReadsWhatWasEncoded) {
  const Image image = WavesImage(50, 37);
  const auto decoded = DecodeImage(EncodeJpeg(image, 95).value());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->format, ImageFormat::kJpeg);
  EXPECT_EQ(decoded->width, 50);
  EXPECT_EQ(decoded->height, 37);
  EXPECT_LE(LargestDifference(decoded->image, image), 8);
}

TEST(DecodeJpeg, TurnsGreyIntoRgb) {
  const auto decoded = DecodeImage(FlatJpeg(9, 3, {77}, JCS_GRAYSCALE));
  ASSERT_TRUE(decoded);
  ExpectPixel(decoded->image, 77, 77, 77);
}

TEST(DecodeJpeg, TakesAdobesInksAsInverted) {
  // libjpeg writes the Adobe marker for CMYK: 255 is no ink. Cyan 20 % and
  // black 50 %: (204, 255, 255) * 128 / 255.
  const auto decoded =
      DecodeImage(FlatJpeg(8, 8, {204, 255, 255, 128}, JCS_CMYK));
  ASSERT_TRUE(decoded);
  ExpectPixel(decoded->image, 102, 128, 128);
}

TEST(DecodeJpeg, ReadsYcckLikeCmyk) {
  const auto decoded = DecodeImage(FlatJpeg(
      8, 8, {204, 255, 255, 128}, JCS_CMYK, [](jpeg_compress_struct& jpeg) {
        jpeg_set_colorspace(&jpeg, JCS_YCCK);
      }));
  ASSERT_TRUE(decoded);
  ExpectPixel(decoded->image, 102, 128, 128);
}

TEST(DecodeJpeg, TakesInksWithoutAdobesMarkerAsTheyAre) {
  const auto decoded = DecodeImage(
      FlatJpeg(8, 8, {51, 0, 0, 127}, JCS_CMYK, [](jpeg_compress_struct& jpeg) {
        jpeg.write_Adobe_marker = FALSE;
      }));
  ASSERT_TRUE(decoded);
  ExpectPixel(decoded->image, 102, 128, 128);
}

TEST(DecodeJpeg, ReadsProgressiveFiles) {
  const auto decoded = DecodeImage(
      FlatJpeg(40, 30, {200, 100, 50}, JCS_RGB, [](jpeg_compress_struct& jpeg) {
        jpeg_simple_progression(&jpeg);
      }));
  ASSERT_TRUE(decoded);
  ExpectPixel(decoded->image, 200, 100, 50);
}

TEST(DecodeJpeg, ShrinksOnlyDownToTheWantedSize) {
  struct Case {
    int min_long_side;
    int width;
  };

  const Bytes file = FlatJpeg(801, 401, {9, 9, 9}, JCS_RGB);
  for (const Case& c : {Case{0, 801},
                        Case{801, 801},
                        Case{401, 801},
                        Case{400, 401},
                        Case{200, 201},
                        Case{100, 101},
                        Case{1, 101}}) {
    const auto decoded =
        DecodeImage(file, {.min_long_side_px = c.min_long_side});
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->image.width(), c.width) << c.min_long_side;
    EXPECT_EQ(decoded->width, 801);
    EXPECT_EQ(decoded->height, 401);
  }
}

TEST(DecodeJpeg, AppliesEveryExifOrientation) {
  const Image upright = Enlarged(SixSquares(), 8);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    // The inverse of a turn: 6 and 8 undo each other, the rest themselves.
    const int inverse = orientation == 6   ? 8
                        : orientation == 8 ? 6
                                           : orientation;
    const Bytes stored =
        EncodeJpeg(ApplyOrientation(upright, inverse), 100).value();
    Bytes exif = MakeBytes({'E', 'x', 'i', 'f', 0, 0});
    Append(exif, ExifBlock(orientation));
    const auto decoded = DecodeImage(WithApp1(stored, exif));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->width, upright.width()) << orientation;
    EXPECT_LE(LargestDifference(decoded->image, upright), 4) << orientation;
  }
}

TEST(DecodeJpeg, StatesTheFullSizeUprightWhenItShrinksATurnedPicture) {
  Bytes exif = MakeBytes({'E', 'x', 'i', 'f', 0, 0});
  Append(exif, ExifBlock(6));
  const Bytes file = WithApp1(FlatJpeg(800, 400, {9, 9, 9}, JCS_RGB), exif);
  const auto decoded = DecodeImage(file, {.min_long_side_px = 200});
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->image.width(), 100);
  EXPECT_EQ(decoded->image.height(), 200);
  EXPECT_EQ(decoded->width, 400);
  EXPECT_EQ(decoded->height, 800);
}

TEST(DecodeJpeg, IgnoresOtherApp1Segments) {
  const Bytes file = WithApp1(FlatJpeg(8, 8, {1, 2, 3}, JCS_RGB),
                              MakeBytes("http://ns.adobe.com/xap/1.0/"));
  EXPECT_TRUE(DecodeImage(file));
}

TEST(DecodeJpeg, NamesTheLineWhereATruncatedFileEnds) {
  const Bytes file = EncodeJpeg(NoiseImage(64, 64, 1), 90).value();
  const auto decoded = DecodeImage(std::span(file).first(file.size() / 2));
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kInvalidImage);
  EXPECT_THAT(decoded.error().message,
              ::testing::MatchesRegex("JPEG is damaged: line [1-6][0-9] of 64: "
                                      "the file ends early"));
}

TEST(DecodeJpeg, RefusesEveryTruncationOfItsPixels) {
  const Bytes file = EncodeJpeg(NoiseImage(24, 24, 1), 90).value();
  ForEachTruncation(file, [&](auto part, std::size_t size) {
    // The end marker's two bytes and a last byte of padding bits may lack.
    if (size + 3 < file.size()) {
      EXPECT_FALSE(DecodeImage(part)) << size;
    }
  });
}

TEST(DecodeJpeg, ReadsAFileThatLacksOnlyItsEndMarker) {
  const Bytes file = EncodeJpeg(WavesImage(24, 24), 90).value();
  const auto whole = DecodeImage(file);
  const auto cut = DecodeImage(std::span(file).first(file.size() - 2));
  ASSERT_TRUE(cut) << cut.error().message;
  EXPECT_EQ(LargestDifference(cut->image, whole->image), 0);
}

TEST(DecodeJpeg, RefusesATruncatedProgressiveFile) {
  const Bytes file =
      FlatJpeg(40, 30, {200, 100, 50}, JCS_RGB, [](jpeg_compress_struct& jpeg) {
        jpeg_simple_progression(&jpeg);
      });
  EXPECT_FALSE(DecodeImage(std::span(file).first(file.size() - 8)));
}

TEST(DecodeJpeg, ChecksTheLimitsFromTheHeader) {
  const Bytes file = FlatJpeg(300, 20, {1, 2, 3}, JCS_RGB);
  EXPECT_EQ(DecodeImage(file, {.max_side_px = 299}).error().message,
            "JPEG is 300 x 20 pixels; the longest side accepted is 299");
  EXPECT_EQ(DecodeImage(file, {.max_pixels = 5999}).error().message,
            "JPEG is 300 x 20 pixels; at most 5999 in all are accepted");
  EXPECT_TRUE(DecodeImage(file, {.max_pixels = 6000, .max_side_px = 300}));
}

TEST(DecodeJpeg, StopsWhenTimeIsUp) {
  const Bytes file = FlatJpeg(300, 200, {1, 2, 3}, JCS_RGB);
  const auto decoded =
      DecodeImage(file, {.max_time = std::chrono::milliseconds(-1)});
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kLimitExceeded);
  EXPECT_THAT(decoded.error().message, StartsWith("JPEG took longer than"));
}

TEST(DecodeJpeg, NamesTextThatPretends) {
  const auto decoded = DecodeImage(MakeBytes("<html>not a photo</html>"));
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().message,
            "text, not a picture (first bytes 3c 68 74 6d 6c 3e 6e 6f)");
}

}  // namespace
}  // namespace mien
