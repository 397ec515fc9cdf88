// SPDX-License-Identifier: Apache-2.0
#include "mien/version.h"

namespace mien {

std::string_view Version() { return MIEN_VERSION; }

}  // namespace mien
