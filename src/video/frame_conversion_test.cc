// SPDX-License-Identifier: Apache-2.0
#include "video/frame_conversion.h"

#include <gtest/gtest.h>

namespace mien::video {
namespace {

/// 2 x 1: red, then blue.
Image RedBlue() {
  Image image(2, 1);
  image.row(0)[0] = 255;
  image.row(0)[5] = 255;
  return image;
}

TEST(TurnedUpright, LeavesWhatIsUpright) {
  EXPECT_EQ(TurnedUpright(RedBlue(), 0.0).width(), 2);
  EXPECT_EQ(TurnedUpright(RedBlue(), 45.0).width(), 2);
}

TEST(TurnedUpright, TurnsByQuarters) {
  // Stored a quarter counterclockwise of upright, which -90 says.
  const Image clockwise = TurnedUpright(RedBlue(), -90.0);
  ASSERT_EQ(clockwise.height(), 2);
  EXPECT_EQ(clockwise.row(0)[0], 255);  // the left end is on top
  const Image counterclockwise = TurnedUpright(RedBlue(), 90.0);
  ASSERT_EQ(counterclockwise.height(), 2);
  EXPECT_EQ(counterclockwise.row(0)[2], 255);
  const Image half = TurnedUpright(RedBlue(), -180.0);
  EXPECT_EQ(half.row(0)[2], 255);
}

/// A frame of `format`, filled from a picture of one colour and read back.
Image ThroughFrame(AVPixelFormat format, double pixel_aspect) {
  const FfmpegLibrary& ffmpeg = **FfmpegLibrary::Get();
  Image image(16, 8);
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 16; ++x) {
      image.row(y)[3 * x] = 200;
      image.row(y)[3 * x + 1] = 60;
      image.row(y)[3 * x + 2] = 30;
    }
  }
  const auto frame = NewFrame(ffmpeg);
  frame->format = format;
  frame->width = 16;
  frame->height = 8;
  EXPECT_EQ(ffmpeg.get_frame_buffer(frame.get(), 0), 0);
  FrameConverter converter(ffmpeg);
  EXPECT_TRUE(converter.FromImage(image, *frame));
  auto back = converter.ToImage(*frame, pixel_aspect);
  EXPECT_TRUE(back);
  return *std::move(back);
}

TEST(FrameConverter, KeepsColoursInEveryUsualFormat) {
  if (!FfmpegLibrary::Get()) {
    GTEST_SKIP() << "FFmpeg is not installed";
  }
  for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P,
                                     AV_PIX_FMT_YUVJ420P,
                                     AV_PIX_FMT_YUV444P,
                                     AV_PIX_FMT_NV12,
                                     AV_PIX_FMT_RGB24,
                                     AV_PIX_FMT_BGRA}) {
    const Image back = ThroughFrame(format, 1.0);
    EXPECT_NEAR(back.row(4)[3 * 8], 200, 4) << format;
    EXPECT_NEAR(back.row(4)[3 * 8 + 1], 60, 4) << format;
    EXPECT_NEAR(back.row(4)[3 * 8 + 2], 30, 4) << format;
  }
}

TEST(FrameConverter, MakesPixelsSquare) {
  if (!FfmpegLibrary::Get()) {
    GTEST_SKIP() << "FFmpeg is not installed";
  }
  const Image wide = ThroughFrame(AV_PIX_FMT_YUV420P, 1.5);
  EXPECT_EQ(wide.width(), 24);
  EXPECT_EQ(wide.height(), 8);
}

}  // namespace
}  // namespace mien::video
