// SPDX-License-Identifier: Apache-2.0
#include "image/decoder.h"

namespace mien {

Result<StoredPicture> DecodeWebp(FileBytes, const DecodeBudget&) {
  return Error{ErrorCode::kUnsupported, "webp pictures cannot be read yet"};
}

}  // namespace mien
