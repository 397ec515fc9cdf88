// SPDX-License-Identifier: Apache-2.0
#include <gif_lib.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "image/test_files.h"
#include "mien/image.h"

namespace mien {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// What WriteGif() writes: one frame on a canvas.
struct GifFile {
  int canvas_width = 0;
  int canvas_height = 0;
  int left = 0;
  int top = 0;
  int width = 0;
  bool interlaced = false;
  int transparent = NO_TRANSPARENT_COLOR;
  std::vector<std::vector<GifPixelType>> lines = {};  ///< as stored
};

/// Colour i of the palette is (10 i, 10 i + 1, 10 i + 2).
Bytes WriteGif(GifFile file) {
  Bytes bytes;
  int error = 0;
  GifFileType* gif = EGifOpen(
      &bytes,
      [](GifFileType* g, const GifByteType* data, int size) {
        const auto* first = reinterpret_cast<const std::byte*>(data);
        auto* out = static_cast<Bytes*>(g->UserData);
        out->insert(out->end(), first, first + size);
        return size;
      },
      &error);
  ColorMapObject* colors = GifMakeMapObject(16, nullptr);
  for (int i = 0; i < 16; ++i) {
    colors->Colors[i] = {static_cast<GifByteType>(10 * i),
                         static_cast<GifByteType>(10 * i + 1),
                         static_cast<GifByteType>(10 * i + 2)};
  }
  EGifPutScreenDesc(gif, file.canvas_width, file.canvas_height, 8, 0, colors);
  GifByteType control[4];
  const GraphicsControlBlock block = {0, false, 0, file.transparent};
  EGifGCBToExtension(&block, control);
  EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, 4, control);
  EGifPutImageDesc(gif,
                   file.left,
                   file.top,
                   file.width,
                   static_cast<int>(file.lines.size()),
                   file.interlaced,
                   nullptr);
  for (auto& line : file.lines) {
    EGifPutLine(gif, line.data(), file.width);
  }
  EGifCloseFile(gif, &error);
  GifFreeMapObject(colors);
  return bytes;
}

/// The reds of the first column: ten times the indices.
std::vector<int> FirstColumn(const Image& image) {
  std::vector<int> reds;
  for (int y = 0; y < image.height(); ++y) {
    reds.push_back(image.row(y)[0]);
  }
  return reds;
}

const GifFile kTwoPixels = {
    .canvas_width = 2, .canvas_height = 1, .width = 2, .lines = {{3, 1}}};

TEST(DecodeGif, LooksUpItsPalette) {
  const auto decoded = DecodeImage(WriteGif(kTwoPixels));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->format, ImageFormat::kGif);
  EXPECT_THAT(decoded->image.pixels(), ElementsAre(30, 31, 32, 10, 11, 12));
}

TEST(DecodeGif, ShowsWhiteThroughTheTransparentColour) {
  GifFile file = kTwoPixels;
  file.transparent = 1;
  EXPECT_THAT(DecodeImage(WriteGif(file))->image.pixels(),
              ElementsAre(30, 31, 32, 255, 255, 255));
}

TEST(DecodeGif, PutsASmallFrameAtItsPlace) {
  const auto decoded = DecodeImage(WriteGif({.canvas_width = 1,
                                             .canvas_height = 3,
                                             .top = 1,
                                             .width = 1,
                                             .lines = {{5}}}));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_THAT(FirstColumn(decoded->image), ElementsAre(255, 50, 255));
}

TEST(DecodeGif, CutsOffAFrameThatLeavesTheCanvas) {
  const auto decoded = DecodeImage(WriteGif({.canvas_width = 2,
                                             .canvas_height = 2,
                                             .left = 1,
                                             .top = 1,
                                             .width = 2,
                                             .lines = {{5, 6}, {7, 8}}}));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_THAT(decoded->image.pixels().subspan(9), ElementsAre(50, 51, 52));
}

TEST(DecodeGif, SortsInterlacedLines) {
  // Stored: lines 0, 8, then 4, then 2, 6, then 1, 3, 5, 7.
  const auto decoded = DecodeImage(
      WriteGif({.canvas_width = 1,
                .canvas_height = 9,
                .width = 1,
                .interlaced = true,
                .lines = {{0}, {8}, {4}, {2}, {6}, {1}, {3}, {5}, {7}}}));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_THAT(FirstColumn(decoded->image),
              ElementsAre(0, 10, 20, 30, 40, 50, 60, 70, 80));
}

TEST(DecodeGif, ChecksTheLimits) {
  const Bytes file = WriteGif(kTwoPixels);
  EXPECT_EQ(DecodeImage(file, {.max_side_px = 1}).error().message,
            "GIF is 2 x 1 pixels; the longest side accepted is 1");
}

TEST(DecodeGif, RefusesEveryTruncationOfItsPixels) {
  const Bytes file = WriteGif(kTwoPixels);
  // The last three bytes end the frame's blocks and the file.
  ForEachTruncation(file, [&](auto part, std::size_t size) {
    if (size + 3 < file.size()) {
      EXPECT_FALSE(DecodeImage(part)) << size;
    }
  });
}

TEST(DecodeGif, NamesTheLineOfATruncation) {
  GifFile file = {.canvas_width = 40, .canvas_height = 40, .width = 40};
  for (int y = 0; y < 40; ++y) {
    std::vector<GifPixelType> line;
    for (int x = 0; x < 40; ++x) {
      line.push_back(static_cast<GifPixelType>((x * y + x / 3) % 16));
    }
    file.lines.push_back(line);
  }
  const Bytes bytes = WriteGif(file);
  const auto decoded = DecodeImage(std::span(bytes).first(bytes.size() / 2));
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().message, HasSubstr("of 40)"));
}

TEST(DecodeGif, StopsWhenTimeIsUp) {
  const auto decoded = DecodeImage(WriteGif(kTwoPixels),
                                   {.max_time = std::chrono::milliseconds(-1)});
  EXPECT_THAT(decoded.error().message, StartsWith("GIF took longer than"));
}

}  // namespace
}  // namespace mien
