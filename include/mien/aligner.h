// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mien/detector.h"
#include "mien/geometry.h"
#include "mien/image.h"
#include "mien/model.h"
#include "mien/result.h"

namespace mien {

/// Cuts the chip of `face` out of `image` the way `contract` wants it:
/// 8-bit RGB, [input_height, input_width, 3]. What lies outside the picture is
/// black.
///
/// Errors:
/// - kInvalidArgument: `contract` states no input size, or the landmarks all
///   lie on one point.
///
/// Thread safety: may run concurrently.
Result<Image> CutChip(const Image& image,
                      const Detection& face,
                      const ModelContract& contract);

}  // namespace mien
