// SPDX-License-Identifier: Apache-2.0
//
// Boxes between the stages of MTCNN (Zhang et al. 2016, "Joint Face Detection
// and Alignment using Multi-task Cascaded Convolutional Networks"), with the
// rounding rules of facenet-pytorch 2.5, which decide parity: arithmetic in
// float32, in the order written here. Depends on image.
#pragma once

#include <array>
#include <vector>

#include "detect/nms.h"
#include "image/resize.h"
#include "mien/geometry.h"

namespace mien {

/// Side of P-Net's receptive field and the smallest face in a level, in pixels.
inline constexpr int kPnetCellPx = 12;

/// P-Net's outputs lie this many input pixels apart: one 2x2 pooling.
inline constexpr int kPnetStridePx = 2;

/// One picture of the pyramid: the source scaled by `scale`.
struct PyramidLevel {
  double scale = 1.0;
  int width = 0;
  int height = 0;

  friend bool operator==(const PyramidLevel&, const PyramidLevel&) = default;
};

/// The levels in which a P-Net of 12 pixels sees faces of `min_face_px` and
/// larger, in steps of `factor` in (0, 1), the largest level first. Empty when
/// the picture is smaller than `min_face_px`.
std::vector<PyramidLevel> PyramidLevels(int width,
                                        int height,
                                        int min_face_px,
                                        double factor);

/// Box in the source picture of P-Net's output cell (x, y) at `scale`.
Box CellBox(int x, int y, double scale);

/// Moves the corners of `box` by `offsets` (x0, y0, x1, y1), which are in units
/// of its width and height by `extent`.
Box ApplyRegression(const Box& box,
                    const std::array<float, 4>& offsets,
                    BoxExtent extent);

/// The square around the centre of `box` with its longer side.
Box SquareUp(const Box& box);

/// The pixels that R-Net or O-Net sees of `box`: corners cut towards zero,
/// counted from 1 and inclusive, then clipped to a picture of `width` x
/// `height`; nothing is padded. Empty (width or
/// height <= 0) for a box outside.
PixelRect CropRect(const Box& box, int width, int height);

/// Five points of O-Net, in units of the inclusive extent of `box`, which are
/// all x, then all y.
Landmarks LandmarksInPicture(const Box& box,
                             const std::array<float, 10>& points);

}  // namespace mien
