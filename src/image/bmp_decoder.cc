// SPDX-License-Identifier: Apache-2.0
#include "image/decoder.h"

namespace mien {

Result<StoredPicture> DecodeBmp(FileBytes, const DecodeBudget&) {
  return Error{ErrorCode::kUnsupported, "bmp pictures cannot be read yet"};
}

}  // namespace mien
