// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "mien/image.h"
#include "mien/result.h"

namespace mien::video {

/// A decoded picture of a video, upright and with square pixels.
struct VideoFrame {
  Image image;

  /// Place among all frames of the stream, from 0.
  std::int64_t index = 0;

  /// Since the stream's first frame, by its own clock; rising.
  double seconds = 0.0;
};

struct VideoSourceOptions {
  /// Every how many frames one is wanted, >= 1; the others are decoded only.
  int every = 1;

  /// Opening or reading that takes longer fails.
  std::chrono::milliseconds timeout{10'000};

  /// Asked now and then while waiting; true ends the stream. May be empty.
  std::function<bool()> should_stop = {};

  /// Threads for decoding, >= 1.
  int num_threads = 1;

  /// Most pixels of a frame.
  std::int64_t max_pixels = 100'000'000;
};

/// A stream of frames.
///
/// Thread safety: one thread at a time.
class VideoSource {
 public:
  VideoSource() = default;
  VideoSource(const VideoSource&) = delete;
  VideoSource& operator=(const VideoSource&) = delete;
  virtual ~VideoSource() = default;

  /// The next wanted frame; none at the end of the stream or when asked to
  /// stop. Damaged parts are passed over and counted.
  ///
  /// Errors:
  /// - kIo: the stream broke off, or nothing came within the timeout.
  /// - kInvalidImage: the end was reached and no frame could be decoded.
  /// - kLimitExceeded: a frame with more pixels than allowed.
  virtual Result<std::optional<VideoFrame>> Next() = 0;

  /// Frames a second as the stream states it; 0 when it does not.
  [[nodiscard]] virtual double frame_rate() const = 0;

  /// Packets and frames so far that were damaged.
  [[nodiscard]] virtual int num_damaged() const = 0;

  /// Frames so far that were passed over because they came faster than they
  /// were asked for.
  [[nodiscard]] virtual std::int64_t num_dropped() const { return 0; }
};

/// Whether `address` names something that goes on for ever and may break off: a
/// camera, or a network address other than http, which may be a file.
bool IsLive(const std::string& address);

/// Opens a video file, a network address that FFmpeg knows (rtsp://, rtsps://,
/// http://, https://, udp://, tcp://) or a camera (/dev/video0). A file can
/// lead to no network, and an address to no file. Whatever carries a rotation,
/// as telephones write it, is turned upright.
///
/// Errors, each naming the address without its password:
/// - kNotFound: no such file or camera.
/// - kInvalidImage: not a video, or damaged where it begins.
/// - kUnsupported: a codec that FFmpeg cannot decode, or FFmpeg is missing.
/// - kIo: the network refused, or did not answer within the timeout.
Result<std::unique_ptr<VideoSource>> OpenVideo(
    const std::string& address, const VideoSourceOptions& options = {});

/// `address` with *** in place of a user and password before an @.
std::string WithoutPassword(const std::string& address);

}  // namespace mien::video
