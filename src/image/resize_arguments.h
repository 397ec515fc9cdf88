// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/check.h"
#include "image/resize.h"

namespace mien {

/// What every resizing asks of its caller: a crop inside of the image, not
/// empty, and an output of at least one pixel.
inline void CheckResizeArguments(const Image& image,
                                 const PixelRect& crop,
                                 int out_width,
                                 int out_height) {
  MIEN_CHECK(crop.width() > 0 && crop.height() > 0);
  MIEN_CHECK(crop == ClipTo(image, crop));
  MIEN_CHECK(out_width > 0 && out_height > 0);
}

}  // namespace mien
