// SPDX-License-Identifier: Apache-2.0
//
// Large faces, seen once more in a smaller copy of their part of the picture.
// Depends on image.
#pragma once

#include <span>

#include "image/resize.h"
#include "mien/detector.h"

namespace mien {

/// Sides of a face, in pixels of a net's input: their geometric mean.
inline constexpr float kSecondLookFacePx = 96.0F;

/// The longer side of the copy: a face with half its size around it.
inline constexpr int kSecondLookSidePx = 192;

/// What to look at, and how large.
struct SecondLook {
  PixelRect part;  ///< of the picture
  int width = 0;   ///< of its copy, in pixels
  int height = 0;
};

/// The part of `image` around `face`, which is larger than kSecondLookFacePx
/// and has that size in the copy. Without pixels for a face beside the picture.
SecondLook PlanSecondLook(const Image& image, const Box& face);

/// Gives `face` the landmarks of that of `found`, in pixels of the copy, with
/// which it shares most of their union; of none with less than half of it.
void TakeLandmarks(std::span<const Detection> found,
                   const SecondLook& look,
                   Detection& face);

}  // namespace mien
