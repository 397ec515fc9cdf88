// SPDX-License-Identifier: Apache-2.0
#include "image/decoder.h"

namespace mien {

Result<StoredPicture> DecodeGif(FileBytes, const DecodeBudget&) {
  return Error{ErrorCode::kUnsupported, "gif pictures cannot be read yet"};
}

}  // namespace mien
