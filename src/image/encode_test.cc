// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/temp_dir.h"
#include "image/synthetic_image.h"
#include "image/test_files.h"
#include "mien/image.h"

namespace mien {
namespace {

using ::testing::HasSubstr;

/// Horizontal and vertical sampling of the first component, from the start of
/// frame segment (JPEG standard, B.2.2).
int Sampling(const Bytes& jpeg) {
  for (std::size_t i = 0; i + 11 < jpeg.size(); ++i) {
    if (jpeg[i] == std::byte{0xFF} && jpeg[i + 1] == std::byte{0xC0}) {
      return std::to_integer<int>(jpeg[i + 11]);
    }
  }
  return -1;
}

TEST(EncodeJpeg, KeepsFullColorFromQuality90On) {
  const Image image = WavesImage(20, 20);
  EXPECT_EQ(Sampling(EncodeJpeg(image, 89).value()), 0x22);
  EXPECT_EQ(Sampling(EncodeJpeg(image, 90).value()), 0x11);
}

TEST(EncodeJpeg, RefusesAQualityOutOfRange) {
  for (const int quality : {0, 101}) {
    const auto file = EncodeJpeg(SixSquares(), quality);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(
        file.error().message,
        "JPEG quality is " + std::to_string(quality) + "; must be in [1, 100]");
  }
}

TEST(EncodeJpeg, RefusesAnEmptyAndATooWidePicture) {
  EXPECT_EQ(EncodeJpeg(Image()).error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(EncodeJpeg(Image(65501, 1)).error().message,
              HasSubstr("65501 x 1 pixels cannot be written as JPEG"));
}

TEST(EncodePng, RefusesAnEmptyPicture) {
  EXPECT_EQ(EncodePng(Image()).error().code, ErrorCode::kInvalidArgument);
}

TEST(EncodePng, KeepsEveryLevel) {
  const Image image = NoiseImage(33, 21, 5);
  const auto decoded = DecodeImage(EncodePng(image).value());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(LargestDifference(decoded->image, image), 0);
}

TEST(SaveImage, ChoosesTheFormatByTheEnding) {
  const TempDir dir;
  const Image image = WavesImage(16, 8);
  for (const auto& [name, format] : {std::pair{"a.jpg", ImageFormat::kJpeg},
                                     std::pair{"a.JPEG", ImageFormat::kJpeg},
                                     std::pair{"a.Png", ImageFormat::kPng}}) {
    ASSERT_TRUE(SaveImage(image, dir / name));
    EXPECT_EQ(LoadImage(dir / name)->format, format) << name;
  }
}

TEST(SaveImage, RefusesOtherEndings) {
  const auto saved = SaveImage(SixSquares(), "a.gif");
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(saved.error().message,
            "a.gif: pictures are written as .jpg, .jpeg or .png, not \".gif\"");
}

TEST(SaveImage, NamesAPlaceThatCannotBeWritten) {
  const auto saved = SaveImage(SixSquares(), "/nowhere/a.png");
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(saved.error().message, HasSubstr("/nowhere/a.png"));
}

}  // namespace
}  // namespace mien
