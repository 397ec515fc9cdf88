// SPDX-License-Identifier: Apache-2.0
//
// Pictures turned by some degrees, with the faces in them.
#pragma once

#include "mien/geometry.h"
#include "mien/image.h"
#include "train/detectors/annotations.h"

namespace mien::train {

/// Clockwise, around a point that stays.
struct Turn {
  float degrees = 0.0F;
  Point pivot = {};
};

Point TurnPoint(const Turn& turn, Point point);

/// The upright box around the turned ellipse that touches the sides of `box`:
/// about where a head ends. A box around the turned corners would be larger
/// than the face.
Box TurnBox(const Turn& turn, const Box& box);

/// Box and landmarks turned.
AnnotatedFace TurnFace(const Turn& turn, const AnnotatedFace& face);

/// What the turned picture shows in the square of `side` pixels whose left top
/// corner is `corner`, as `out_px` x `out_px` pixels; black outside of the
/// picture.
Image CutTurned(
    const Image& image, const Turn& turn, Point corner, float side, int out_px);

}  // namespace mien::train
