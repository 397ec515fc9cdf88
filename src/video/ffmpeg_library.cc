// SPDX-License-Identifier: Apache-2.0
#include "video/ffmpeg_library.h"

#include <dlfcn.h>

#include <array>

namespace mien::video {
namespace {

/// "libavformat.so.59" for the version of the headers: structs change their
/// layout between major versions.
std::string NameOf(const char* library, int major) {
  return std::string(library) + ".so." + std::to_string(major);
}

Result<void*> Open(const std::string& name) {
  void* const handle =
      ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 "video needs FFmpeg's " + name +
                     " (Debian 12: apt install libavformat59 libavcodec59 "
                     "libswscale6 libavdevice59): " +
                     ::dlerror()};
  }
  return handle;
}

/// Looks functions up and remembers the first that is missing.
class Symbols {
 public:
  explicit Symbols(void* handle) : handle_(handle) {}

  template <typename Function>
  void Find(const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(handle_, name));
    if (function == nullptr && missing_.empty()) {
      missing_ = name;
    }
  }

  [[nodiscard]] Result<void> Outcome() const {
    if (missing_.empty()) {
      return {};
    }
    return Error{ErrorCode::kUnsupported,
                 "the FFmpeg that is installed has no " + missing_};
  }

 private:
  void* handle_;
  std::string missing_;
};

Result<void> LoadFormat(FfmpegLibrary& ffmpeg) {
  MIEN_ASSIGN_OR_RETURN(void* const handle,
                        Open(NameOf("libavformat", LIBAVFORMAT_VERSION_MAJOR)));
  Symbols symbols(handle);
  symbols.Find("avformat_open_input", ffmpeg.open_input);
  symbols.Find("avformat_close_input", ffmpeg.close_input);
  symbols.Find("avformat_alloc_context", ffmpeg.alloc_format);
  symbols.Find("avformat_find_stream_info", ffmpeg.find_stream_info);
  symbols.Find("av_find_input_format", ffmpeg.find_input_format);
  symbols.Find("av_find_best_stream", ffmpeg.find_best_stream);
  symbols.Find("av_guess_frame_rate", ffmpeg.guess_frame_rate);
  symbols.Find("av_read_frame", ffmpeg.read_frame);
  symbols.Find("avformat_alloc_output_context2", ffmpeg.alloc_output);
  symbols.Find("avformat_new_stream", ffmpeg.new_stream);
  symbols.Find("avformat_write_header", ffmpeg.write_header);
  symbols.Find("av_interleaved_write_frame", ffmpeg.write_packet);
  symbols.Find("av_write_trailer", ffmpeg.write_trailer);
  symbols.Find("avformat_free_context", ffmpeg.free_format);
  symbols.Find("avio_open", ffmpeg.io_open);
  symbols.Find("avio_closep", ffmpeg.io_close);
  return symbols.Outcome();
}

Result<void> LoadCodec(FfmpegLibrary& ffmpeg) {
  MIEN_ASSIGN_OR_RETURN(void* const handle,
                        Open(NameOf("libavcodec", LIBAVCODEC_VERSION_MAJOR)));
  Symbols symbols(handle);
  symbols.Find("avcodec_find_decoder", ffmpeg.find_decoder);
  symbols.Find("avcodec_find_encoder", ffmpeg.find_encoder);
  symbols.Find("avcodec_find_encoder_by_name", ffmpeg.find_encoder_by_name);
  symbols.Find("avcodec_get_name", ffmpeg.codec_name);
  symbols.Find("avcodec_alloc_context3", ffmpeg.alloc_codec);
  symbols.Find("avcodec_free_context", ffmpeg.free_codec);
  symbols.Find("avcodec_parameters_to_context", ffmpeg.parameters_to_codec);
  symbols.Find("avcodec_parameters_from_context", ffmpeg.parameters_from_codec);
  symbols.Find("avcodec_open2", ffmpeg.open_codec);
  symbols.Find("avcodec_send_packet", ffmpeg.send_packet);
  symbols.Find("avcodec_receive_frame", ffmpeg.receive_frame);
  symbols.Find("avcodec_send_frame", ffmpeg.send_frame);
  symbols.Find("avcodec_receive_packet", ffmpeg.receive_packet);
  symbols.Find("av_packet_alloc", ffmpeg.alloc_packet);
  symbols.Find("av_packet_free", ffmpeg.free_packet);
  symbols.Find("av_packet_unref", ffmpeg.unref_packet);
  symbols.Find("av_packet_rescale_ts", ffmpeg.rescale_packet);
  return symbols.Outcome();
}

Result<void> LoadUtil(FfmpegLibrary& ffmpeg) {
  MIEN_ASSIGN_OR_RETURN(void* const handle,
                        Open(NameOf("libavutil", LIBAVUTIL_VERSION_MAJOR)));
  Symbols symbols(handle);
  symbols.Find("av_frame_alloc", ffmpeg.alloc_frame);
  symbols.Find("av_frame_free", ffmpeg.free_frame);
  symbols.Find("av_frame_get_buffer", ffmpeg.get_frame_buffer);
  symbols.Find("av_frame_make_writable", ffmpeg.make_frame_writable);
  symbols.Find("av_strerror", ffmpeg.strerror);
  symbols.Find("av_log_set_level", ffmpeg.set_log_level);
  symbols.Find("av_dict_set", ffmpeg.dict_set);
  symbols.Find("av_dict_free", ffmpeg.dict_free);
  symbols.Find("av_opt_set", ffmpeg.set_option);
  symbols.Find("av_display_rotation_get", ffmpeg.display_rotation);
  return symbols.Outcome();
}

Result<void> LoadScale(FfmpegLibrary& ffmpeg) {
  MIEN_ASSIGN_OR_RETURN(void* const handle,
                        Open(NameOf("libswscale", LIBSWSCALE_VERSION_MAJOR)));
  Symbols symbols(handle);
  symbols.Find("sws_getCachedContext", ffmpeg.scaler);
  symbols.Find("sws_scale", ffmpeg.scale);
  symbols.Find("sws_freeContext", ffmpeg.free_scaler);
  symbols.Find("sws_getCoefficients", ffmpeg.coefficients);
  symbols.Find("sws_setColorspaceDetails", ffmpeg.set_colors);
  return symbols.Outcome();
}

Result<FfmpegLibrary> LoadAll() {
  FfmpegLibrary ffmpeg;
  MIEN_RETURN_IF_ERROR(LoadUtil(ffmpeg));
  MIEN_RETURN_IF_ERROR(LoadScale(ffmpeg));
  MIEN_RETURN_IF_ERROR(LoadCodec(ffmpeg));
  MIEN_RETURN_IF_ERROR(LoadFormat(ffmpeg));
  ffmpeg.set_log_level(AV_LOG_QUIET);
  return ffmpeg;
}

}  // namespace

Result<const FfmpegLibrary*> FfmpegLibrary::Get() {
  static const Result<FfmpegLibrary> library = LoadAll();
  if (!library) {
    return library.error();
  }
  return &*library;
}

Result<void> FfmpegLibrary::LoadDevices() const {
  MIEN_ASSIGN_OR_RETURN(void* const handle,
                        Open(NameOf("libavdevice", LIBAVDEVICE_VERSION_MAJOR)));
  Symbols symbols(handle);
  decltype(&avdevice_register_all) register_all = nullptr;
  symbols.Find("avdevice_register_all", register_all);
  MIEN_RETURN_IF_ERROR(symbols.Outcome());
  register_all();
  return {};
}

std::string FfmpegLibrary::ErrorText(int error) const {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  strerror(error, text.data(), text.size());
  return text.data();
}

}  // namespace mien::video
