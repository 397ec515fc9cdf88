// SPDX-License-Identifier: Apache-2.0
#include "video/frame_conversion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "image/rotate.h"

namespace mien::video {
namespace {

/// Heights from here on are BT.709 where a stream does not say.
constexpr int kHighDefinitionHeight = 720;

bool IsFullRange(const AVFrame& frame) {
  return frame.color_range == AVCOL_RANGE_JPEG ||
         frame.format == AV_PIX_FMT_YUVJ420P ||
         frame.format == AV_PIX_FMT_YUVJ422P ||
         frame.format == AV_PIX_FMT_YUVJ444P;
}

/// The numbers of AVColorSpace and SWS_CS_ agree.
int ColorSpaceOf(const AVFrame& frame) {
  if (frame.colorspace != AVCOL_SPC_UNSPECIFIED) {
    return frame.colorspace;
  }
  return frame.height >= kHighDefinitionHeight ? SWS_CS_ITU709 : SWS_CS_ITU601;
}

constexpr int kNeutral = 1 << 16;  // contrast and saturation, 16.16

/// Degrees that a rotation may be off a quarter turn.
constexpr double kAngleSlack = 1.0;

}  // namespace

FrameConverter::FrameConverter(const FfmpegLibrary& ffmpeg)
    : ffmpeg_(&ffmpeg), scaler_(nullptr, FfmpegDelete{&ffmpeg}) {}

Result<SwsContext*> FrameConverter::Scaler(int width,
                                           int height,
                                           AVPixelFormat format,
                                           int out_width,
                                           int out_height,
                                           AVPixelFormat out_format) {
  scaler_.reset(ffmpeg_->scaler(scaler_.release(),
                                width,
                                height,
                                format,
                                out_width,
                                out_height,
                                out_format,
                                SWS_BILINEAR | SWS_ACCURATE_RND,
                                nullptr,
                                nullptr,
                                nullptr));
  if (scaler_ == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 "frames of pixel format " + std::to_string(format) +
                     " cannot be converted"};
  }
  return scaler_.get();
}

Result<Image> FrameConverter::ToImage(const AVFrame& frame,
                                      double pixel_aspect) {
  const int width =
      std::max(1, static_cast<int>(std::lround(frame.width * pixel_aspect)));
  MIEN_ASSIGN_OR_RETURN(SwsContext* const scaler,
                        Scaler(frame.width,
                               frame.height,
                               static_cast<AVPixelFormat>(frame.format),
                               width,
                               frame.height,
                               AV_PIX_FMT_RGB24));
  ffmpeg_->set_colors(scaler,
                      ffmpeg_->coefficients(ColorSpaceOf(frame)),
                      IsFullRange(frame) ? 1 : 0,
                      ffmpeg_->coefficients(SWS_CS_DEFAULT),
                      1,
                      0,
                      kNeutral,
                      kNeutral);
  Image image(width, frame.height);
  const std::array<std::uint8_t*, 4> planes = {image.row(0)};
  const std::array<int, 4> strides = {static_cast<int>(image.stride_bytes())};
  ffmpeg_->scale(scaler,
                 frame.data,
                 frame.linesize,
                 0,
                 frame.height,
                 planes.data(),
                 strides.data());
  return image;
}

Result<void> FrameConverter::FromImage(const Image& image, AVFrame& frame) {
  MIEN_ASSIGN_OR_RETURN(SwsContext* const scaler,
                        Scaler(image.width(),
                               image.height(),
                               AV_PIX_FMT_RGB24,
                               frame.width,
                               frame.height,
                               static_cast<AVPixelFormat>(frame.format)));
  ffmpeg_->set_colors(scaler,
                      ffmpeg_->coefficients(SWS_CS_DEFAULT),
                      1,
                      ffmpeg_->coefficients(ColorSpaceOf(frame)),
                      IsFullRange(frame) ? 1 : 0,
                      0,
                      kNeutral,
                      kNeutral);
  const std::array<const std::uint8_t*, 4> planes = {image.row(0)};
  const std::array<int, 4> strides = {static_cast<int>(image.stride_bytes())};
  ffmpeg_->scale(scaler,
                 planes.data(),
                 strides.data(),
                 0,
                 image.height(),
                 frame.data,
                 frame.linesize);
  return {};
}

Image TurnedUpright(Image image, double counterclockwise_degrees) {
  const auto quarters =
      static_cast<int>(std::lround(-counterclockwise_degrees / 90.0));
  if (std::abs(counterclockwise_degrees + 90.0 * quarters) > kAngleSlack ||
      quarters % 4 == 0) {
    return image;
  }
  return Rotate(image, static_cast<Rotation>((quarters % 4 + 4) % 4));
}

}  // namespace mien::video
