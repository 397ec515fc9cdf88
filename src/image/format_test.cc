// SPDX-License-Identifier: Apache-2.0
#include "image/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "image/test_files.h"

namespace mien {
namespace {

using ::testing::StartsWith;

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

}  // namespace
}  // namespace mien
