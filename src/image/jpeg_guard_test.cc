// SPDX-License-Identifier: Apache-2.0
#include "image/jpeg_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using ::testing::HasSubstr;

/// A decompressor that reports to `errors`, freed at the end.
class Decompressor {
 public:
  explicit Decompressor(JpegErrors& errors) {
    jpeg_.err = errors.handler();
    jpeg_create_decompress(&jpeg_);
  }

  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  ~Decompressor() { jpeg_destroy_decompress(&jpeg_); }

  jpeg_decompress_struct* get() { return &jpeg_; }

 private:
  jpeg_decompress_struct jpeg_ = {};
};

TEST(JpegErrors, ReturnsTrueWhenNothingFails) {
  JpegErrors errors;
  int steps = 0;
  EXPECT_TRUE(errors.Guard([&] { ++steps; }));
  EXPECT_EQ(steps, 1);
  EXPECT_EQ(errors.message(), "");
}

TEST(JpegErrors, KeepsTheMessageOfAFailure) {
  JpegErrors errors;
  Decompressor jpeg(errors);
  const unsigned char text[] = "not a JPEG";
  EXPECT_FALSE(errors.Guard([&] {
    jpeg_mem_src(jpeg.get(), text, sizeof(text));
    jpeg_read_header(jpeg.get(), TRUE);
  }));
  EXPECT_THAT(errors.message(), HasSubstr("Not a JPEG file"));
  EXPECT_EQ(errors.damage(), 0);
  EXPECT_FALSE(errors.ended());
}

TEST(JpegErrors, LeavesTheGuardWhenAbandoned) {
  JpegErrors errors;
  Decompressor jpeg(errors);
  EXPECT_FALSE(errors.Guard([&] {
    JpegErrors::AbandonFrom(reinterpret_cast<j_common_ptr>(jpeg.get()));
  }));
  EXPECT_EQ(errors.message(), "");
}

}  // namespace
}  // namespace mien
