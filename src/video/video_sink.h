// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "mien/image.h"
#include "mien/result.h"

namespace mien::video {

/// A video file being written.
///
/// Thread safety: one thread at a time.
class VideoSink {
 public:
  /// Begins the file at `path`, whose ending says which kind (.mp4, .mkv,
  /// .avi, ...), with H.264 where FFmpeg has an encoder for it and MPEG-4
  /// otherwise. `width` and `height` are those of the pictures to come, in
  /// pixels, >= 2; odd ones lose a pixel. `frame_rate` is what players are
  /// told, > 0.
  ///
  /// Errors:
  /// - kInvalidArgument: an ending that stands for no kind of video, or a value
  ///   out of its range.
  /// - kIo: the file cannot be written.
  /// - kUnsupported: FFmpeg is missing, or has no encoder.
  static Result<std::unique_ptr<VideoSink>> Create(
      const std::filesystem::path& path,
      int width,
      int height,
      double frame_rate);

  VideoSink() = default;
  VideoSink(const VideoSink&) = delete;
  VideoSink& operator=(const VideoSink&) = delete;
  virtual ~VideoSink() = default;

  /// Adds `image`, shown from `seconds` on; pictures of another size are
  /// stretched to that of the first. A time that is not above the last one
  /// counts as just after it.
  ///
  /// Errors:
  /// - kIo: the file cannot be written.
  virtual Result<void> Write(const Image& image, double seconds) = 0;

  /// Ends the file. Without it most players refuse it.
  ///
  /// Errors: as Write().
  virtual Result<void> Finish() = 0;
};

}  // namespace mien::video
