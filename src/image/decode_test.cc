// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"
#include "image/format.h"
#include "image/test_files.h"
#include "mien/image.h"

namespace mien {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(LoadImage, BeginsItsErrorsWithThePath) {
  const TempDir dir;
  const auto path = dir / "photo.jpg";
  ASSERT_TRUE(WriteFileAtomically(path, "Dear diary,\ntoday"));
  const auto loaded = LoadImage(path);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::kInvalidImage);
  EXPECT_EQ(loaded.error().message,
            path.string() +
                ": text, not a picture (first bytes 44 65 61 72 20 64 69 61)");
}

TEST(LoadImage, GoesByTheContentNotTheEnding) {
  const TempDir dir;
  ASSERT_TRUE(
      WriteFileAtomically(dir / "a.jpg", EncodePng(SixSquares()).value()));
  EXPECT_EQ(LoadImage(dir / "a.jpg")->format, ImageFormat::kPng);
}

TEST(LoadImage, NamesAMissingFile) {
  EXPECT_EQ(LoadImage("/nowhere/a.jpg").error().code, ErrorCode::kNotFound);
}

TEST(LoadImage, RefusesAFileBeyondTheByteLimitBeforeReadingIt) {
  const TempDir dir;
  ASSERT_TRUE(
      WriteFileAtomically(dir / "a.png", EncodePng(SixSquares()).value()));
  EXPECT_EQ(LoadImage(dir / "a.png", {.max_bytes = 10}).error().code,
            ErrorCode::kLimitExceeded);
}

TEST(DecodeImage, RefusesMoreBytesThanAllowed) {
  const auto decoded = DecodeImage(Bytes(11), {.max_bytes = 10});
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(decoded.error().message,
            "the file has 11 bytes; at most 10 are accepted");
}

TEST(DescribeUnknown, NamesWhatPeopleTakeForPictures) {
  EXPECT_EQ(DescribeUnknown({}), "an empty file, not a picture");
  EXPECT_THAT(DescribeUnknown(MakeBytes("%PDF-1.7")), StartsWith("a PDF file"));
  EXPECT_THAT(DescribeUnknown(MakeBytes(
                  {0, 0, 0, 32, 'f', 't', 'y', 'p', 'i', 's', 'o', 'm'})),
              StartsWith("a video file"));
  EXPECT_THAT(DescribeUnknown(MakeBytes({0xFF, 0x0A, 1})),
              StartsWith("a JPEG XL file"));
}

TEST(DescribeUnknown, ShowsTheFirstBytes) {
  EXPECT_EQ(DescribeUnknown(MakeBytes({1, 2, 0xAB})),
            "not a picture of a known format (first bytes 01 02 ab)");
}

TEST(SniffFormat, NeedsTheWholeSignature) {
  EXPECT_EQ(SniffFormat(MakeBytes({0xFF, 0xD8})), std::nullopt);
  EXPECT_EQ(SniffFormat(MakeBytes({0xFF, 0xD8, 0xFF})), ImageFormat::kJpeg);
  EXPECT_EQ(SniffFormat(MakeBytes("RIFF....WEBP")), ImageFormat::kWebp);
  EXPECT_EQ(SniffFormat(MakeBytes("RIFX....WEBP")), std::nullopt);
  EXPECT_EQ(SniffFormat(MakeBytes("RIFF....WAVE")), std::nullopt);
}

TEST(ImageFormatName, IsTheUsualEnding) {
  EXPECT_EQ(ImageFormatName(ImageFormat::kJpeg), "jpeg");
  EXPECT_EQ(ImageFormatName(ImageFormat::kHeif), "heif");
  EXPECT_EQ(ImageFormatName(ImageFormat::kBmp), "bmp");
}

}  // namespace
}  // namespace mien
