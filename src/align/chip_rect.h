// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/resize.h"
#include "mien/geometry.h"

namespace mien {

// The pixels that become a chip by the margin rules of three products. Corners
// are cut towards zero after clipping to a picture of `width` x `height`, as
// int() does there. May be empty for a box outside of the picture.

/// facenet-pytorch, extract_face(): the margin is meant in pixels of a chip of
/// `chip_px`, so in the source it grows with the box:
/// margin_px * side / (chip_px - margin_px), half on each side.
PixelRect FacenetMarginRect(
    const Box& box, float margin_px, int chip_px, int width, int height);

/// davidsandberg/facenet, align_dataset_mtcnn.py: the margin is in pixels of
/// the source, half on each side.
PixelRect DavidSandbergMarginRect(const Box& box,
                                  float margin_px,
                                  int width,
                                  int height);

/// CompreFace 1.2: shares of the box, each side its own.
PixelRect CompreFaceRect(const Box& box, int width, int height);

}  // namespace mien
