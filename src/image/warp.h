// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mien/geometry.h"
#include "mien/image.h"

namespace mien {

/// Resamples `image` into a picture of `out_width` x `out_height` pixels, black
/// where the output leaves the image.
///
/// `out_from_image` maps positions of the image to positions of the output,
/// both in mien's coordinates: (0, 0) is the outer corner of the first pixel,
/// its centre (0.5, 0.5). Output pixel (u, v) takes the bilinear value at the
/// image position that maps to (u + 0.5, v + 0.5). A map without inverse gives
/// a black picture.
///
/// Equal to cv2.warpAffine(image, M, INTER_LINEAR, BORDER_CONSTANT), whose
/// coordinates are 0 at pixel centres, for
/// `out_from_image` = CornersFromCentres(M): source positions are rounded to
/// 1/32 pixel as there.
///
/// Thread safety: may run concurrently.
Image WarpAffine(const Image& image,
                 const Affine& out_from_image,
                 int out_width,
                 int out_height);

/// The inverse of `map`, or a map of everything to (0, 0) when there is none.
Affine Inverse(const Affine& map);

/// The map in mien's coordinates (0 at the outer corner of the first pixel) of
/// one given for coordinates that are 0 at the first pixel's centre (OpenCV,
/// skimage, most published alignment code): both sides shift by half a pixel.
Affine CornersFromCentres(const Affine& centres);

}  // namespace mien
