// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mien/image.h"
#include "mien/result.h"
#include "video/ffmpeg_objects.h"

namespace mien::video {

/// Turns FFmpeg's frames of any format into pictures and back.
class FrameConverter {
 public:
  explicit FrameConverter(const FfmpegLibrary& ffmpeg);

  /// `frame` in RGB with square pixels; the size of its pixels, `pixel_aspect`
  /// (width to height), stretches the width.
  ///
  /// Errors:
  /// - kUnsupported: a pixel format that cannot be converted.
  Result<Image> ToImage(const AVFrame& frame, double pixel_aspect);

  /// Fills `frame`, whose buffers, format and size are set, from `image`.
  ///
  /// Errors: as ToImage().
  Result<void> FromImage(const Image& image, AVFrame& frame);

 private:
  Result<SwsContext*> Scaler(int width,
                             int height,
                             AVPixelFormat format,
                             int out_width,
                             int out_height,
                             AVPixelFormat out_format);

  const FfmpegLibrary* ffmpeg_;
  FfmpegPtr<SwsContext> scaler_;
};

/// `image` turned by what a display matrix says, counterclockwise degrees;
/// other angles than quarter turns leave it as it is.
Image TurnedUpright(Image image, double counterclockwise_degrees);

}  // namespace mien::video
