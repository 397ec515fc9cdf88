// SPDX-License-Identifier: Apache-2.0
#include "image/decoder.h"

namespace mien {

Result<StoredPicture> DecodeHeif(FileBytes, const DecodeBudget&) {
  return Error{ErrorCode::kUnsupported, "heif pictures cannot be read yet"};
}

}  // namespace mien
