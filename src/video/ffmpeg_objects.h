// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "video/ffmpeg_library.h"

namespace mien::video {

/// Frees what FFmpeg allocated, with the loaded library.
struct FfmpegDelete {
  const FfmpegLibrary* ffmpeg = nullptr;

  void operator()(AVCodecContext* codec) const { ffmpeg->free_codec(&codec); }

  void operator()(AVPacket* packet) const { ffmpeg->free_packet(&packet); }

  void operator()(AVFrame* frame) const { ffmpeg->free_frame(&frame); }

  void operator()(SwsContext* scaler) const { ffmpeg->free_scaler(scaler); }
};

template <typename T>
using FfmpegPtr = std::unique_ptr<T, FfmpegDelete>;

inline FfmpegPtr<AVPacket> NewPacket(const FfmpegLibrary& ffmpeg) {
  return {ffmpeg.alloc_packet(), FfmpegDelete{&ffmpeg}};
}

inline FfmpegPtr<AVFrame> NewFrame(const FfmpegLibrary& ffmpeg) {
  return {ffmpeg.alloc_frame(), FfmpegDelete{&ffmpeg}};
}

inline FfmpegPtr<AVCodecContext> NewCodec(const FfmpegLibrary& ffmpeg,
                                          const AVCodec* codec) {
  return {ffmpeg.alloc_codec(codec), FfmpegDelete{&ffmpeg}};
}

}  // namespace mien::video
