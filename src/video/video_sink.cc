// SPDX-License-Identifier: Apache-2.0
#include "video/video_sink.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "video/ffmpeg_objects.h"
#include "video/frame_conversion.h"

namespace mien::video {
namespace {

/// Ticks a second of the times in the file: the customary clock of video.
constexpr int kTicks = 90'000;

/// x264's scale, where 23 is its default and less is better.
constexpr const char* kRateFactor = "20";
constexpr std::int64_t kMpeg4BitsPerPixel = 3;  // a second

class FfmpegSink final : public VideoSink {
 public:
  FfmpegSink(const FfmpegLibrary& ffmpeg, std::filesystem::path path)
      : ffmpeg_(ffmpeg),
        path_(std::move(path)),
        codec_(nullptr, FfmpegDelete{&ffmpeg}),
        packet_(NewPacket(ffmpeg)),
        frame_(NewFrame(ffmpeg)),
        converter_(ffmpeg) {}

  ~FfmpegSink() override {
    if (format_ != nullptr) {
      if (format_->pb != nullptr) {
        ffmpeg_.io_close(&format_->pb);
      }
      ffmpeg_.free_format(format_);
    }
  }

  Result<void> Begin(int width, int height, double frame_rate) {
    if (ffmpeg_.alloc_output(
            &format_, nullptr, nullptr, path_.string().c_str()) < 0) {
      return Error{ErrorCode::kInvalidArgument,
                   path_.string() +
                       ": no kind of video has this ending; use .mp4 or .mkv"};
    }
    MIEN_RETURN_IF_ERROR(OpenEncoder(width, height, frame_rate));
    stream_ = ffmpeg_.new_stream(format_, nullptr);
    stream_->time_base = codec_->time_base;
    stream_->avg_frame_rate = codec_->framerate;
    ffmpeg_.parameters_from_codec(stream_->codecpar, codec_.get());
    MIEN_RETURN_IF_ERROR(Check(ffmpeg_.io_open(
        &format_->pb, path_.string().c_str(), AVIO_FLAG_WRITE)));
    MIEN_RETURN_IF_ERROR(Check(ffmpeg_.write_header(format_, nullptr)));
    frame_->format = codec_->pix_fmt;
    frame_->width = codec_->width;
    frame_->height = codec_->height;
    return Check(ffmpeg_.get_frame_buffer(frame_.get(), 0));
  }

  Result<void> Write(const Image& image, double seconds) override {
    MIEN_RETURN_IF_ERROR(Check(ffmpeg_.make_frame_writable(frame_.get())));
    MIEN_RETURN_IF_ERROR(converter_.FromImage(image, *frame_));
    next_ticks_ = std::max(
        next_ticks_, static_cast<std::int64_t>(std::llround(seconds * kTicks)));
    frame_->pts = next_ticks_++;
    return Encode(frame_.get());
  }

  Result<void> Finish() override {
    MIEN_RETURN_IF_ERROR(Encode(nullptr));
    MIEN_RETURN_IF_ERROR(Check(ffmpeg_.write_trailer(format_)));
    return Check(ffmpeg_.io_close(&format_->pb));
  }

 private:
  [[nodiscard]] Result<void> Check(int outcome) const {
    if (outcome >= 0) {
      return {};
    }
    return Error{
        ErrorCode::kIo,
        path_.string() + ": cannot be written: " + ffmpeg_.ErrorText(outcome)};
  }

  Result<void> OpenEncoder(int width, int height, double frame_rate) {
    const AVCodec* encoder = ffmpeg_.find_encoder_by_name("libx264");
    const bool is_x264 = encoder != nullptr;
    if (!is_x264) {
      encoder = ffmpeg_.find_encoder(AV_CODEC_ID_MPEG4);
    }
    if (encoder == nullptr) {
      return Error{ErrorCode::kUnsupported,
                   "the FFmpeg that is installed can encode neither H.264 nor "
                   "MPEG-4"};
    }
    codec_ = NewCodec(ffmpeg_, encoder);
    codec_->width = width & ~1;
    codec_->height = height & ~1;
    codec_->pix_fmt = AV_PIX_FMT_YUV420P;
    codec_->time_base = {1, is_x264 ? kTicks : 1000};
    codec_->framerate = {static_cast<int>(std::lround(frame_rate * 1000)),
                         1000};
    if ((format_->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
      codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    if (is_x264) {
      ffmpeg_.set_option(codec_->priv_data, "crf", kRateFactor, 0);
      ffmpeg_.set_option(codec_->priv_data, "preset", "veryfast", 0);
    } else {
      codec_->bit_rate = kMpeg4BitsPerPixel * width * height;
    }
    const int outcome = ffmpeg_.open_codec(codec_.get(), encoder, nullptr);
    if (outcome < 0) {
      return Error{ErrorCode::kUnsupported,
                   "the encoder takes no pictures of " + std::to_string(width) +
                       " x " + std::to_string(height) + ": " +
                       ffmpeg_.ErrorText(outcome)};
    }
    return {};
  }

  /// Hands `frame` to the encoder, null at the end, and writes what it gives.
  Result<void> Encode(AVFrame* frame) {
    MIEN_RETURN_IF_ERROR(Check(ffmpeg_.send_frame(codec_.get(), frame)));
    while (true) {
      const int outcome = ffmpeg_.receive_packet(codec_.get(), packet_.get());
      if (outcome == AVERROR(EAGAIN) || outcome == AVERROR_EOF) {
        return {};
      }
      MIEN_RETURN_IF_ERROR(Check(outcome));
      ffmpeg_.rescale_packet(
          packet_.get(), codec_->time_base, stream_->time_base);
      packet_->stream_index = stream_->index;
      MIEN_RETURN_IF_ERROR(Check(ffmpeg_.write_packet(format_, packet_.get())));
    }
  }

  const FfmpegLibrary& ffmpeg_;
  std::filesystem::path path_;
  AVFormatContext* format_ = nullptr;
  AVStream* stream_ = nullptr;  ///< owned by format_
  FfmpegPtr<AVCodecContext> codec_;
  FfmpegPtr<AVPacket> packet_;
  FfmpegPtr<AVFrame> frame_;
  FrameConverter converter_;
  std::int64_t next_ticks_ = 0;
};

}  // namespace

Result<std::unique_ptr<VideoSink>> VideoSink::Create(
    const std::filesystem::path& path,
    int width,
    int height,
    double frame_rate) {
  if (width < 2 || height < 2 || !(frame_rate > 0.0 && frame_rate <= 1000.0)) {
    return Error{ErrorCode::kInvalidArgument,
                 "a video of " + std::to_string(width) + " x " +
                     std::to_string(height) + " pixels and " +
                     std::to_string(frame_rate) +
                     " frames a second; must be >= 2 x 2, above 0 and at most "
                     "1000"};
  }
  MIEN_ASSIGN_OR_RETURN(const FfmpegLibrary* const ffmpeg,
                        FfmpegLibrary::Get());
  auto sink = std::make_unique<FfmpegSink>(*ffmpeg, path);
  MIEN_RETURN_IF_ERROR(sink->Begin(width, height, frame_rate));
  return std::unique_ptr<VideoSink>(std::move(sink));
}

}  // namespace mien::video
