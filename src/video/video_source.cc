// SPDX-License-Identifier: Apache-2.0
#include "video/video_source.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <span>
#include <string_view>
#include <utility>

#include "video/ffmpeg_objects.h"
#include "video/frame_conversion.h"

namespace mien::video {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kCameraPrefix = "/dev/";

/// Schemes that are taken for network addresses, and the protocols that each
/// may use underneath. Anything else is a file.
struct Scheme {
  std::string_view name;
  const char* protocols;
  bool is_live = true;  ///< else it may well be a file
};

constexpr std::array kSchemes = {
    Scheme{"rtsp://", "rtsp,rtp,udp,tcp"},
    Scheme{"rtsps://", "rtsps,rtsp,rtp,srtp,udp,tcp,tls"},
    Scheme{"http://", "http,https,tcp,tls,crypto", false},
    Scheme{"https://", "http,https,tcp,tls,crypto", false},
    Scheme{"udp://", "udp"},
    Scheme{"tcp://", "tcp"},
};

const Scheme* SchemeOf(const std::string& address) {
  const auto* const found = std::ranges::find_if(
      kSchemes,
      [&](const Scheme& scheme) { return address.starts_with(scheme.name); });
  return found == kSchemes.end() ? nullptr : found;
}

bool IsCamera(const std::string& address) {
  return address.starts_with(kCameraPrefix);
}

/// Options of opening, freed with it.
class Dictionary {
 public:
  explicit Dictionary(const FfmpegLibrary& ffmpeg) : ffmpeg_(ffmpeg) {}

  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;

  ~Dictionary() { ffmpeg_.dict_free(&entries_); }

  void Set(const char* name, const char* value) {
    ffmpeg_.dict_set(&entries_, name, value, 0);
  }

  AVDictionary** entries() { return &entries_; }

 private:
  const FfmpegLibrary& ffmpeg_;
  AVDictionary* entries_ = nullptr;
};

class FfmpegSource final : public VideoSource {
 public:
  FfmpegSource(const FfmpegLibrary& ffmpeg,
               const std::string& address,
               VideoSourceOptions options)
      : ffmpeg_(ffmpeg),
        name_(WithoutPassword(address)),
        options_(std::move(options)),
        codec_(nullptr, FfmpegDelete{&ffmpeg}),
        packet_(NewPacket(ffmpeg)),
        frame_(NewFrame(ffmpeg)),
        converter_(ffmpeg) {}

  ~FfmpegSource() override { ffmpeg_.close_input(&format_); }

  Result<void> Open(const std::string& address);

  Result<std::optional<VideoFrame>> Next() override;

  [[nodiscard]] double frame_rate() const override { return frame_rate_; }

  [[nodiscard]] int num_damaged() const override { return num_damaged_; }

 private:
  enum class Step : std::uint8_t { kFrame, kAgain, kEnd };

  static int ShouldInterrupt(void* self);

  [[nodiscard]] bool IsStopped() const {
    return options_.should_stop && options_.should_stop();
  }

  [[nodiscard]] Error Failure(ErrorCode code, const std::string& what) const {
    return {code, name_ + ": " + what};
  }

  [[nodiscard]] Error OpenFailure(int outcome) const;
  Result<void> OpenFormat(const std::string& address);
  Result<void> OpenDecoder();
  Result<Step> Decode();
  Result<void> ReadPacket();
  Result<std::optional<VideoFrame>> AtEnd() const;
  Result<VideoFrame> Convert();
  double AdvanceClock(const AVFrame& frame);

  const FfmpegLibrary& ffmpeg_;
  std::string name_;
  VideoSourceOptions options_;
  AVFormatContext* format_ = nullptr;
  AVStream* stream_ = nullptr;  ///< owned by format_
  FfmpegPtr<AVCodecContext> codec_;
  FfmpegPtr<AVPacket> packet_;
  FfmpegPtr<AVFrame> frame_;
  FrameConverter converter_;
  Clock::time_point deadline_;
  double frame_rate_ = 0.0;
  double rotation_ = 0.0;  ///< counterclockwise, in degrees
  std::int64_t num_frames_ = 0;
  std::optional<double> first_seconds_;
  double last_seconds_ = -1.0;
  int num_damaged_ = 0;
  bool is_drained_ = false;  ///< the decoder has been told of the end
};

int FfmpegSource::ShouldInterrupt(void* self) {
  const auto* const source = static_cast<const FfmpegSource*>(self);
  return source->IsStopped() || Clock::now() > source->deadline_ ? 1 : 0;
}

Error FfmpegSource::OpenFailure(int outcome) const {
  const std::string text = ffmpeg_.ErrorText(outcome);
  if (outcome == AVERROR_EXIT) {
    return IsStopped()
               ? Failure(ErrorCode::kCancelled, "stopped while opening")
               : Failure(ErrorCode::kIo,
                         "no answer within " +
                             std::to_string(options_.timeout.count() / 1000) +
                             " s");
  }
  if (outcome == AVERROR(ENOENT)) {
    return Failure(ErrorCode::kNotFound, "no such file or device");
  }
  if (outcome == AVERROR_INVALIDDATA || outcome == AVERROR_EOF) {
    return Failure(ErrorCode::kInvalidImage,
                   "not a video, or its beginning is damaged or cut off");
  }
  return Failure(ErrorCode::kIo, "cannot be opened: " + text);
}

Result<void> FfmpegSource::OpenFormat(const std::string& address) {
  const AVInputFormat* input = nullptr;
  Dictionary options(ffmpeg_);
  if (IsCamera(address)) {
    MIEN_RETURN_IF_ERROR(ffmpeg_.LoadDevices());
    input = ffmpeg_.find_input_format("v4l2");
  } else if (const Scheme* scheme = SchemeOf(address)) {
    options.Set("protocol_whitelist", scheme->protocols);
    options.Set("rtsp_transport", "tcp");
  } else {
    options.Set("protocol_whitelist", "file,crypto,data");
  }
  format_ = ffmpeg_.alloc_format();
  format_->interrupt_callback = {ShouldInterrupt, this};
  // A file of that name, even if it looks like an address of FFmpeg's.
  const bool is_file = SchemeOf(address) == nullptr && input == nullptr;
  const std::string url = is_file ? "file:" + address : address;
  int outcome =
      ffmpeg_.open_input(&format_, url.c_str(), input, options.entries());
  if (outcome >= 0) {
    outcome = ffmpeg_.find_stream_info(format_, nullptr);
  }
  if (outcome < 0) {
    return OpenFailure(outcome);
  }
  return {};
}

/// What the container says about a stream beside its packets.
std::span<const AVPacketSideData> SideDataOf(const AVStream& stream) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  const AVCodecParameters& parameters = *stream.codecpar;
  return {parameters.coded_side_data,
          static_cast<std::size_t>(parameters.nb_coded_side_data)};
#else
  return {stream.side_data, static_cast<std::size_t>(stream.nb_side_data)};
#endif
}

/// The rotation that the container states, counterclockwise in degrees.
double StatedRotation(const FfmpegLibrary& ffmpeg, const AVStream& stream) {
  const std::int32_t* matrix = nullptr;
  for (const AVPacketSideData& data : SideDataOf(stream)) {
    if (data.type == AV_PKT_DATA_DISPLAYMATRIX &&
        data.size >= 9 * sizeof(std::int32_t)) {
      matrix = reinterpret_cast<const std::int32_t*>(data.data);
    }
  }
  return matrix == nullptr ? 0.0 : ffmpeg.display_rotation(matrix);
}

Result<void> FfmpegSource::OpenDecoder() {
  const int index =
      ffmpeg_.find_best_stream(format_, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (index < 0) {
    return Failure(ErrorCode::kInvalidImage, "there is no video in it");
  }
  stream_ = format_->streams[index];
  const AVCodec* decoder = ffmpeg_.find_decoder(stream_->codecpar->codec_id);
  if (decoder == nullptr) {
    return Failure(ErrorCode::kUnsupported,
                   std::string("FFmpeg has no decoder for its codec, ") +
                       ffmpeg_.codec_name(stream_->codecpar->codec_id));
  }
  codec_ = NewCodec(ffmpeg_, decoder);
  ffmpeg_.parameters_to_codec(codec_.get(), stream_->codecpar);
  codec_->thread_count = options_.num_threads;
  const int outcome = ffmpeg_.open_codec(codec_.get(), decoder, nullptr);
  if (outcome < 0) {
    return Failure(ErrorCode::kUnsupported,
                   "the decoder refuses it: " + ffmpeg_.ErrorText(outcome));
  }
  const AVRational rate = ffmpeg_.guess_frame_rate(format_, stream_, nullptr);
  frame_rate_ = rate.den > 0 ? static_cast<double>(rate.num) / rate.den : 0.0;
  rotation_ = StatedRotation(ffmpeg_, *stream_);
  return {};
}

Result<void> FfmpegSource::Open(const std::string& address) {
  deadline_ = Clock::now() + options_.timeout;
  MIEN_RETURN_IF_ERROR(OpenFormat(address));
  return OpenDecoder();
}

Result<std::optional<VideoFrame>> FfmpegSource::Next() {
  deadline_ = Clock::now() + options_.timeout;
  while (!IsStopped()) {
    MIEN_ASSIGN_OR_RETURN(const Step step, Decode());
    if (step == Step::kEnd) {
      return AtEnd();
    }
    if (step == Step::kAgain) {
      MIEN_RETURN_IF_ERROR(ReadPacket());
    } else if (num_frames_++ % options_.every == 0) {
      MIEN_ASSIGN_OR_RETURN(VideoFrame frame, Convert());
      return std::optional(std::move(frame));
    } else {
      AdvanceClock(*frame_);
    }
  }
  return std::optional<VideoFrame>();
}

/// One sound frame from the decoder into `frame_`.
Result<FfmpegSource::Step> FfmpegSource::Decode() {
  while (true) {
    const int outcome = ffmpeg_.receive_frame(codec_.get(), frame_.get());
    if (outcome == AVERROR(EAGAIN)) {
      return Step::kAgain;
    }
    if (outcome == AVERROR_EOF) {
      return Step::kEnd;
    }
    const bool is_sound = outcome >= 0 &&
                          (frame_->flags & AV_FRAME_FLAG_CORRUPT) == 0 &&
                          frame_->decode_error_flags == 0;
    if (!is_sound) {
      ++num_damaged_;
      if (is_drained_ && outcome < 0) {
        return Step::kEnd;
      }
      continue;
    }
    if (static_cast<std::int64_t>(frame_->width) * frame_->height >
        options_.max_pixels) {
      return Failure(ErrorCode::kLimitExceeded,
                     "a frame has " + std::to_string(frame_->width) + " x " +
                         std::to_string(frame_->height) + " pixels; at most " +
                         std::to_string(options_.max_pixels) + " are allowed");
    }
    return Step::kFrame;
  }
}

/// Feeds the decoder with the next packet, or tells it of the end.
Result<void> FfmpegSource::ReadPacket() {
  const int outcome = ffmpeg_.read_frame(format_, packet_.get());
  if (outcome < 0 && IsStopped()) {
    return {};
  }
  if (outcome == AVERROR_EXIT) {
    return Failure(ErrorCode::kIo,
                   "nothing came for " +
                       std::to_string(options_.timeout.count() / 1000) + " s");
  }
  const bool is_damage = outcome == AVERROR_INVALIDDATA;
  if (outcome < 0 && outcome != AVERROR_EOF && !is_damage) {
    return Failure(ErrorCode::kIo, "broke off: " + ffmpeg_.ErrorText(outcome));
  }
  if (outcome < 0) {
    num_damaged_ += is_damage ? 1 : 0;
    is_drained_ = true;
    ffmpeg_.send_packet(codec_.get(), nullptr);
    return {};
  }
  if (packet_->stream_index == stream_->index &&
      ffmpeg_.send_packet(codec_.get(), packet_.get()) < 0) {
    ++num_damaged_;
  }
  ffmpeg_.unref_packet(packet_.get());
  return {};
}

Result<std::optional<VideoFrame>> FfmpegSource::AtEnd() const {
  if (num_frames_ == 0) {
    return Failure(ErrorCode::kInvalidImage,
                   "not one frame could be decoded; the video is damaged or "
                   "empty");
  }
  return std::optional<VideoFrame>();
}

Result<VideoFrame> FfmpegSource::Convert() {
  const AVRational aspect = frame_->sample_aspect_ratio;
  // Beyond a factor of four the statement is taken for nonsense.
  const double stated = aspect.num > 0 && aspect.den > 0
                            ? static_cast<double>(aspect.num) / aspect.den
                            : 1.0;
  const double usable = stated >= 0.25 && stated <= 4.0 ? stated : 1.0;
  MIEN_ASSIGN_OR_RETURN(Image image, converter_.ToImage(*frame_, usable));
  return VideoFrame{TurnedUpright(std::move(image), rotation_),
                    num_frames_ - 1,
                    AdvanceClock(*frame_)};
}

/// By the frame's own time where it has one, else by the frame rate.
double FfmpegSource::AdvanceClock(const AVFrame& frame) {
  const double step = 1.0 / (frame_rate_ > 0.0 ? frame_rate_ : 25.0);
  double seconds = last_seconds_ < 0.0 ? 0.0 : last_seconds_ + step;
  if (frame.best_effort_timestamp != AV_NOPTS_VALUE) {
    const double stated = static_cast<double>(frame.best_effort_timestamp) *
                          stream_->time_base.num / stream_->time_base.den;
    first_seconds_ = first_seconds_.value_or(stated);
    const double since_first = stated - *first_seconds_;
    seconds = since_first > last_seconds_ ? since_first : seconds;
  }
  last_seconds_ = seconds;
  return seconds;
}

}  // namespace

bool IsLive(const std::string& address) {
  const Scheme* const scheme = SchemeOf(address);
  return IsCamera(address) || (scheme != nullptr && scheme->is_live);
}

std::string WithoutPassword(const std::string& address) {
  const std::size_t scheme = address.find("://");
  if (scheme == address.npos) {
    return address;
  }
  const std::size_t host = scheme + 3;
  const std::size_t path = address.find('/', host);
  const std::size_t at = address.rfind('@', path);
  if (at == address.npos || at < host) {
    return address;
  }
  return address.substr(0, host) + "***" + address.substr(at);
}

Result<std::unique_ptr<VideoSource>> OpenVideo(
    const std::string& address, const VideoSourceOptions& options) {
  std::error_code ignored;
  const bool is_path = SchemeOf(address) == nullptr;
  if (is_path && !std::filesystem::exists(address, ignored)) {
    return Error{ErrorCode::kNotFound, address + ": no such file or camera"};
  }
  if (is_path && std::filesystem::is_directory(address, ignored)) {
    return Error{ErrorCode::kInvalidImage, address + ": a folder, not a video"};
  }
  MIEN_ASSIGN_OR_RETURN(const FfmpegLibrary* const ffmpeg,
                        FfmpegLibrary::Get());
  auto source = std::make_unique<FfmpegSource>(*ffmpeg, address, options);
  MIEN_RETURN_IF_ERROR(source->Open(address));
  return std::unique_ptr<VideoSource>(std::move(source));
}

}  // namespace mien::video
