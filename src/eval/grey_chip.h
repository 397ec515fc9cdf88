// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "mien/image.h"
#include "mien/model.h"
#include "mien/result.h"

namespace mien {

/// How the handcrafted methods want their chips: `side` pixels square, aligned
/// by the five ArcFace points.
ModelContract HandcraftedContract(std::string_view name, int side);

/// `image` as luma, [H, W] in [0, 255] (ITU-R BT.601).
std::vector<float> LumaOf(const Image& image);

/// Success for a chip of `side` x `side` pixels.
///
/// Errors:
/// - kInvalidImage: states both sizes.
Result<void> CheckChipSize(const Image& chip, int side);

}  // namespace mien
