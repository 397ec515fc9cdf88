// SPDX-License-Identifier: Apache-2.0
//
// Changes of colour and sharpness for augmentation. Depends on image.
#pragma once

#include "mien/image.h"

namespace mien {

/// Moves saturation, then contrast, then brightness, in one linear map per
/// pixel: with the pixel's luma y (BT.601) and the picture's mean luma m, each
/// sample x becomes
///   contrast * (y + saturation * (x - y) - m) + m + brightness,
/// cut to [0, 255].
void ChangeColor(Image& image,
                 float brightness,
                 float contrast,
                 float saturation);

/// Widest GaussianBlur(), in pixels.
inline constexpr float kMaxBlurSigma = 20.0F;

/// Gaussian blur, the border repeated. `sigma_px` in (0, kMaxBlurSigma].
Image GaussianBlur(const Image& image, float sigma_px);

/// `image` averaged down to `side` pixels in width, the height in proportion,
/// and interpolated up to its own size again; unchanged if it is not larger.
Image ReduceResolution(const Image& image, int side);

/// `image` after compression as JPEG of `quality`, 1 to 100.
Image CompressAgain(const Image& image, int quality);

}  // namespace mien
