// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "detect/face_finder.h"
#include "mien/detector.h"
#include "mien/image.h"
#include "mien/result.h"

namespace mien {

/// Longest side to which a picture is shrunk before it gets a border: a face
/// that fills it is found at this size too, and memory stays small.
inline constexpr int kCloseUpLongSidePx = 480;

/// What `finder` finds in `image`, and when that is nothing, what it finds in
/// the picture with a border, then in the picture turned by 90, 180 and 270
/// degrees, as `options` allow; the first that finds a face answers. Positions
/// are those of `image`; landmarks keep the order of the face standing upright.
/// Cut to options.max_faces.
///
/// Turning holds one more copy of the picture.
///
/// Errors: those of FaceFinder::Find().
Result<std::vector<Detection>> FindWithRetries(const FaceFinder& finder,
                                               const Image& image,
                                               const DetectorOptions& options);

}  // namespace mien
