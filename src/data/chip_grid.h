// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "mien/image.h"

namespace mien {

/// `pictures`, all of the size of the first, row by row with a white line
/// between them. `columns` >= 1; no pictures give an empty one.
Image ChipGrid(std::span<const Image> pictures, int columns);

}  // namespace mien
