// SPDX-License-Identifier: Apache-2.0
#include "image/decoder.h"

namespace mien {

Result<StoredPicture> DecodeTiff(FileBytes, const DecodeBudget&) {
  return Error{ErrorCode::kUnsupported, "tiff pictures cannot be read yet"};
}

}  // namespace mien
