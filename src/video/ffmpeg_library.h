// SPDX-License-Identifier: Apache-2.0
//
// The video module reads and writes video through FFmpeg. It may use core and
// image.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavdevice/avdevice.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

#include <string>

#include "mien/result.h"

namespace mien::video {

/// FFmpeg, loaded when a video is opened and not before: linking it would load
/// over a hundred libraries at every start of every program (docs/video.md has
/// the figures). Names are FFmpeg's without av_ and the like.
struct FfmpegLibrary {
  decltype(&avformat_open_input) open_input = nullptr;
  decltype(&avformat_close_input) close_input = nullptr;
  decltype(&avformat_alloc_context) alloc_format = nullptr;
  decltype(&avformat_find_stream_info) find_stream_info = nullptr;
  decltype(&av_find_input_format) find_input_format = nullptr;
  decltype(&av_find_best_stream) find_best_stream = nullptr;
  decltype(&av_guess_frame_rate) guess_frame_rate = nullptr;
  decltype(&av_read_frame) read_frame = nullptr;
  decltype(&avformat_alloc_output_context2) alloc_output = nullptr;
  decltype(&avformat_new_stream) new_stream = nullptr;
  decltype(&avformat_write_header) write_header = nullptr;
  decltype(&av_interleaved_write_frame) write_packet = nullptr;
  decltype(&av_write_trailer) write_trailer = nullptr;
  decltype(&avformat_free_context) free_format = nullptr;
  decltype(&avio_open) io_open = nullptr;
  decltype(&avio_closep) io_close = nullptr;

  decltype(&avcodec_find_decoder) find_decoder = nullptr;
  decltype(&avcodec_find_encoder) find_encoder = nullptr;
  decltype(&avcodec_find_encoder_by_name) find_encoder_by_name = nullptr;
  decltype(&avcodec_get_name) codec_name = nullptr;
  decltype(&avcodec_alloc_context3) alloc_codec = nullptr;
  decltype(&avcodec_free_context) free_codec = nullptr;
  decltype(&avcodec_parameters_to_context) parameters_to_codec = nullptr;
  decltype(&avcodec_parameters_from_context) parameters_from_codec = nullptr;
  decltype(&avcodec_open2) open_codec = nullptr;
  decltype(&avcodec_send_packet) send_packet = nullptr;
  decltype(&avcodec_receive_frame) receive_frame = nullptr;
  decltype(&avcodec_send_frame) send_frame = nullptr;
  decltype(&avcodec_receive_packet) receive_packet = nullptr;
  decltype(&av_packet_alloc) alloc_packet = nullptr;
  decltype(&av_packet_free) free_packet = nullptr;
  decltype(&av_packet_unref) unref_packet = nullptr;
  decltype(&av_packet_rescale_ts) rescale_packet = nullptr;

  decltype(&av_frame_alloc) alloc_frame = nullptr;
  decltype(&av_frame_free) free_frame = nullptr;
  decltype(&av_frame_get_buffer) get_frame_buffer = nullptr;
  decltype(&av_frame_make_writable) make_frame_writable = nullptr;
  decltype(&av_strerror) strerror = nullptr;
  decltype(&av_log_set_level) set_log_level = nullptr;
  decltype(&av_dict_set) dict_set = nullptr;
  decltype(&av_dict_free) dict_free = nullptr;
  decltype(&av_opt_set) set_option = nullptr;
  decltype(&av_display_rotation_get) display_rotation = nullptr;

  decltype(&sws_getCachedContext) scaler = nullptr;
  decltype(&sws_scale) scale = nullptr;
  decltype(&sws_freeContext) free_scaler = nullptr;
  decltype(&sws_getCoefficients) coefficients = nullptr;
  decltype(&sws_setColorspaceDetails) set_colors = nullptr;

  /// Loads the libraries of the versions that mien was built with; they stay
  /// loaded, and print nothing.
  ///
  /// Errors:
  /// - kUnsupported: one is not installed, or lacks a function.
  static Result<const FfmpegLibrary*> Get();

  /// Makes cameras known, from libavdevice.
  ///
  /// Errors:
  /// - kUnsupported: it is not installed.
  [[nodiscard]] Result<void> LoadDevices() const;

  /// What FFmpeg says about one of its error numbers.
  [[nodiscard]] std::string ErrorText(int error) const;
};

}  // namespace mien::video
