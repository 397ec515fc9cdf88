// SPDX-License-Identifier: Apache-2.0
#pragma once

// jpeglib.h uses FILE and size_t without including them.
// clang-format off
#include <stdio.h>
#include <jpeglib.h>
// clang-format on

#include <csetjmp>
#include <string>
#include <utility>

namespace mien {

/// libjpeg reports errors by a function that must not return. This handler
/// keeps the message and jumps back to JpegErrors::Guard(), the only place that
/// catches it. Also counts warnings, which libjpeg prints by default.
class JpegErrors {
 public:
  JpegErrors() {
    jpeg_std_error(&handler_.base);
    handler_.base.error_exit = &OnError;
    handler_.base.emit_message = &OnMessage;
    handler_.base.output_message = [](j_common_ptr) {};
  }

  JpegErrors(const JpegErrors&) = delete;
  JpegErrors& operator=(const JpegErrors&) = delete;

  jpeg_error_mgr* handler() { return &handler_.base; }

  /// Runs `step`; false when libjpeg failed or AbandonFrom() was called. `step`
  /// and what it calls may hold no object with a destructor across a call into
  /// libjpeg: the jump skips it.
  template <typename Step>
  bool Guard(const Step& step) {
    if (setjmp(handler_.jump) != 0) {  // NOLINT: libjpeg offers no other way
      return false;
    }
    step();
    return true;
  }

  /// Leaves the running Guard() from within a callback of libjpeg.
  [[noreturn]] static void AbandonFrom(j_common_ptr jpeg) {
    std::longjmp(HandlerOf(jpeg)->jump, 1);  // NOLINT
  }

  /// What libjpeg said, in its words; empty when it did not fail.
  [[nodiscard]] std::string message() const { return handler_.message; }

  /// The code of the first warning about damaged data, or 0.
  [[nodiscard]] int damage() const { return handler_.damage; }

  /// Whether libjpeg asked for bytes past the end of the file.
  [[nodiscard]] bool ended() const { return handler_.ended; }

 private:
  struct Handler {
    jpeg_error_mgr base;  // first, so that libjpeg's pointer is ours
    std::jmp_buf jump;
    char message[JMSG_LENGTH_MAX];
    int damage;
    bool ended;
  };

  static Handler* HandlerOf(j_common_ptr jpeg) {
    return reinterpret_cast<Handler*>(jpeg->err);
  }

  static void OnError(j_common_ptr jpeg);
  static void OnMessage(j_common_ptr jpeg, int level);

  Handler handler_ = {};
};

}  // namespace mien
