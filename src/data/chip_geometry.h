// SPDX-License-Identifier: Apache-2.0
//
// Where the face lies in a chip that is stored for training. Depends on align.
//
//   +-------------------------+  stored chip, 144 x 144 by default: the chip
//   |        margin, 16       |  that ArcFace's template of 112 x 112 gives,
//   |    +---------------+    |  with 16 more pixels of the picture on each
//   | 16 | template, 112 | 16 |  side, so that training can turn, shift and
//   |    +---------------+    |  scale it without running out of picture
//   |            16           |
//   +-------------------------+
#pragma once

#include "mien/geometry.h"
#include "mien/image.h"
#include "mien/result.h"

namespace mien {

/// The size of a stored chip.
struct ChipGeometry {
  /// Side of the square that ArcFaceTemplate() fills, in pixels, 16 to 1024.
  int template_px = 112;

  /// Picture around it on each side, in pixels, 0 to 1024.
  int margin_px = 16;

  [[nodiscard]] int chip_px() const { return template_px + 2 * margin_px; }

  /// Errors:
  /// - kInvalidArgument: names the field out of range.
  [[nodiscard]] Result<void> Validate() const;

  friend bool operator==(const ChipGeometry&, const ChipGeometry&) = default;
};

/// Where the five landmarks belong in a stored chip, in pixel centres (the
/// first pixel is (0, 0)), as ArcFaceTemplate().
Landmarks StoredTemplate(const ChipGeometry& geometry);

/// The map from positions of a picture to positions of the stored chip of the
/// face with `landmarks`, both in mien's coordinates.
///
/// Errors:
/// - kInvalidArgument: the landmarks coincide or are not finite.
Result<Affine> ChipFromImage(const Landmarks& landmarks,
                             const ChipGeometry& geometry);

/// The map from positions of a stored chip to positions of the chip that a
/// network with an input of `network_px` x `network_px` pixels reads: what
/// ChipTemplate::kArcFace means for that size. 112 is the central square of a
/// stored chip as it is, 128 the central 128 pixels, 160 the central square
/// scaled by 160 / 112.
Affine NetworkFromChip(const ChipGeometry& geometry, int network_px);

/// The stored chip of the face with `landmarks`; black outside the picture. Its
/// central square is, to the level, what CutChip() gives for `template_px`.
///
/// Errors: those of ChipFromImage().
Result<Image> CutStoredChip(const Image& image,
                            const Landmarks& landmarks,
                            const ChipGeometry& geometry);

/// The chip that a network of `network_px` reads, out of a stored one. Equal to
/// CutChip() on the original picture for network_px == template_px, apart from
/// the JPEG in between; bilinear from the stored pixels for other sizes.
Image NetworkChip(const Image& stored,
                  const ChipGeometry& geometry,
                  int network_px);

/// How well a face fills its chip.
struct ChipFit {
  /// Root mean square distance of the landmarks, moved into the template of 112
  /// pixels, from where they belong: about 1 to 4 frontal, above 8 in profile
  /// or for landmarks that are wrong.
  float landmark_error_px = 0.0F;

  /// Share of the template's square that lies inside the picture, in [0, 1].
  float covered = 1.0F;
};

/// `chip_from_image` is ChipFromImage() of `landmarks` in a picture of `width`
/// x `height` pixels.
ChipFit MeasureFit(const Landmarks& landmarks,
                   const Affine& chip_from_image,
                   const ChipGeometry& geometry,
                   int width,
                   int height);

}  // namespace mien
