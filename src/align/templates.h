// SPDX-License-Identifier: Apache-2.0
//
// Where the five landmarks belong in a chip. Depends on core only.
#pragma once

#include "mien/geometry.h"

namespace mien {

/// The five points to which ArcFace's training chips of 112 x 112 were aligned,
/// counted in pixel centres (the first pixel is (0, 0)).
/// Source: Deng et al. 2019, "ArcFace", with the numbers of its published code
/// (insightface, norm_crop), which are those of Liu et al. 2017, "SphereFace",
/// for 96 x 112 moved right by 8.
inline constexpr Landmarks kArcFace112 = {{{38.2946F, 51.6963F},
                                           {73.5318F, 51.5014F},
                                           {56.0252F, 71.7366F},
                                           {41.5493F, 92.3655F},
                                           {70.7299F, 92.2041F}}};

/// kArcFace112 for a chip of `width` x `height` pixels: scaled by the height
/// and centred across. Heights that are multiples of 128 but not of 112 keep
/// insightface's wider view: 112 pixels of the template fill 128 - 16.
Landmarks ArcFaceTemplate(int width, int height);

}  // namespace mien
