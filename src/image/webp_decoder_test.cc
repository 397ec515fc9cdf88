// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <webp/encode.h>

#include "image/rotate.h"
#include "image/synthetic_image.h"
#include "image/test_files.h"
#include "mien/image.h"

namespace mien {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A finished file of libwebp's as Bytes.
Bytes Take(std::uint8_t* data, std::size_t size) {
  const auto* first = reinterpret_cast<const std::byte*>(data);
  Bytes bytes(first, first + size);
  WebPFree(data);
  return bytes;
}

Bytes LosslessWebp(const Image& image) {
  std::uint8_t* data = nullptr;
  const std::size_t size =
      WebPEncodeLosslessRGB(image.row(0),
                            image.width(),
                            image.height(),
                            static_cast<int>(image.stride_bytes()),
                            &data);
  return Take(data, size);
}

/// A RIFF chunk, padded to an even length.
Bytes Chunk(std::string_view name, Bytes payload) {
  Bytes chunk = MakeBytes(name);
  AppendLittleEndian(chunk, static_cast<std::uint32_t>(payload.size()), 4);
  if (payload.size() % 2 != 0) {
    payload.push_back(std::byte{0});
  }
  Append(chunk, payload);
  return chunk;
}

constexpr int kExifFlag = 0x08;
constexpr int kAnimationFlag = 0x02;

/// An extended file of the given flags and canvas around `chunks`.
Bytes Extended(int flags, int width, int height, const Bytes& chunks) {
  Bytes header = MakeBytes({flags, 0, 0, 0});
  AppendLittleEndian(header, static_cast<std::uint32_t>(width - 1), 3);
  AppendLittleEndian(header, static_cast<std::uint32_t>(height - 1), 3);
  Bytes body = MakeBytes("WEBP");
  Append(body, Chunk("VP8X", header));
  Append(body, chunks);
  return Chunk("RIFF", body);
}

/// The picture chunk of a simple file.
Bytes PictureChunk(const Bytes& webp) {
  return {webp.begin() + 12, webp.end()};
}

TEST(DecodeWebp, ReadsLosslessFilesExactly) {
  const Image image = NoiseImage(31, 17, 1);
  const auto decoded = DecodeImage(LosslessWebp(image));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->format, ImageFormat::kWebp);
  EXPECT_EQ(LargestDifference(decoded->image, image), 0);
}

TEST(DecodeWebp, ReadsLossyFiles) {
  const Image image = WavesImage(64, 48);
  std::uint8_t* data = nullptr;
  const std::size_t size =
      WebPEncodeRGB(image.row(0), 64, 48, 3 * 64, 95.0F, &data);
  const auto decoded = DecodeImage(Take(data, size));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_LE(LargestDifference(decoded->image, image), 24);
}

TEST(DecodeWebp, LaysAlphaOverWhite) {
  const std::uint8_t rgba[] = {10, 20, 30, 255, 0, 0, 0, 51};
  std::uint8_t* data = nullptr;
  const std::size_t size = WebPEncodeLosslessRGBA(rgba, 2, 1, 8, &data);
  const auto decoded = DecodeImage(Take(data, size));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_THAT(decoded->image.pixels(), ElementsAre(10, 20, 30, 204, 204, 204));
}

TEST(DecodeWebp, AppliesItsExifOrientation) {
  const Image stored = Rotate(SixSquares(), Rotation::k270);
  Bytes chunks = PictureChunk(LosslessWebp(stored));
  Append(chunks, Chunk("EXIF", ExifBlock(6)));
  const auto decoded = DecodeImage(Extended(kExifFlag, 4, 6, chunks));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(LargestDifference(decoded->image, SixSquares()), 0);
}

TEST(DecodeWebp, TakesTheFirstFrameOfAnAnimation) {
  Bytes chunks = Chunk("ANIM", Bytes(6));
  for (const std::uint8_t level : {std::uint8_t{50}, std::uint8_t{90}}) {
    Image image(2, 1);
    std::ranges::fill(image.pixels(), level);
    Bytes frame(6);                     // at (0, 0)
    AppendLittleEndian(frame, 1, 3);    // width - 1
    AppendLittleEndian(frame, 0, 3);    // height - 1
    AppendLittleEndian(frame, 100, 3);  // milliseconds
    frame.push_back(std::byte{0});
    Append(frame, PictureChunk(LosslessWebp(image)));
    Append(chunks, Chunk("ANMF", frame));
  }
  const auto decoded = DecodeImage(Extended(kAnimationFlag, 2, 1, chunks));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_THAT(decoded->image.pixels(), ElementsAre(50, 50, 50, 50, 50, 50));
}

TEST(DecodeWebp, ChecksTheLimits) {
  EXPECT_EQ(DecodeImage(LosslessWebp(SixSquares()), {.max_pixels = 23})
                .error()
                .message,
            "WebP is 6 x 4 pixels; at most 23 in all are accepted");
}

TEST(DecodeWebp, NamesTheLineWhereATruncatedFileEnds) {
  const Bytes file = LosslessWebp(NoiseImage(64, 64, 1));
  const auto decoded = DecodeImage(std::span(file).first(file.size() / 2));
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().message, HasSubstr("of 64: the file ends early"));
}

TEST(DecodeWebp, RefusesEveryTruncation) {
  ForEachTruncation(LosslessWebp(NoiseImage(20, 20, 1)),
                    [](auto part, std::size_t size) {
                      EXPECT_FALSE(DecodeImage(part)) << size;
                    });
}

TEST(DecodeWebp, StopsWhenTimeIsUp) {
  const auto decoded = DecodeImage(LosslessWebp(SixSquares()),
                                   {.max_time = std::chrono::milliseconds(-1)});
  EXPECT_THAT(decoded.error().message, StartsWith("WebP took longer than"));
}

}  // namespace
}  // namespace mien
