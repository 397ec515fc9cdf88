// SPDX-License-Identifier: Apache-2.0
#include "image/jpeg_guard.h"

#include <jerror.h>

namespace mien {
namespace {

/// Warnings that mean lost pixels. Others do not harm the picture: stray bytes
/// between segments, odd version numbers, or an end of file that lacks nothing
/// but the end marker (when pixels are missing, JWRN_HIT_MARKER follows).
bool IsDamage(int code) {
  return code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE ||
         code == JWRN_MUST_RESYNC || code == JWRN_ARITH_BAD_CODE;
}

}  // namespace

void JpegErrors::OnError(j_common_ptr jpeg) {
  Handler* handler = HandlerOf(jpeg);
  jpeg->err->format_message(jpeg, handler->message);
  AbandonFrom(jpeg);
}

void JpegErrors::OnMessage(j_common_ptr jpeg, int level) {
  Handler* handler = HandlerOf(jpeg);
  const int code = jpeg->err->msg_code;
  handler->ended |= code == JWRN_JPEG_EOF;
  if (level < 0 && handler->damage == 0 && IsDamage(code)) {
    jpeg->err->format_message(jpeg, handler->message);
    handler->damage = code;
  }
}

}  // namespace mien
