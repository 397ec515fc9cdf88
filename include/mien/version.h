// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace mien {

/// "major.minor.patch" of the library.
std::string_view Version();

}  // namespace mien
