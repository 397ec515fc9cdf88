// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"
#include "image/test_files.h"
#include "mien/image.h"

namespace mien {
namespace {

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

TEST(ImageFormatName, IsTheUsualEnding) {
  EXPECT_EQ(ImageFormatName(ImageFormat::kJpeg), "jpeg");
  EXPECT_EQ(ImageFormatName(ImageFormat::kHeif), "heif");
  EXPECT_EQ(ImageFormatName(ImageFormat::kBmp), "bmp");
}

}  // namespace
}  // namespace mien
