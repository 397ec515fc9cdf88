// SPDX-License-Identifier: Apache-2.0
//
// Random changes of chips for training. Depends on image.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "data/chip_geometry.h"
#include "mien/image.h"
#include "mien/result.h"

namespace mien {

/// What may happen to a chip: each kind with a probability in [0, 1] and a
/// strength. Lengths are pixels of a chip of 112, whatever the network's size.
/// The defaults are for pictures of people as they are: mild, because aligned
/// chips vary little.
struct AugmentOptions {
  /// Left and right exchanged.
  float flip = 0.5F;

  /// Turned, scaled and moved, as by landmarks that are a little off.
  float move = 0.7F;
  float max_rotate_deg = 8.0F;  ///< either way
  float max_scale = 0.08F;      ///< 0.08: between 1 / 1.08 and 1.08
  float max_shift_px = 4.0F;    ///< either way, along each axis

  /// Brightness, contrast and saturation changed together.
  float color = 0.5F;
  float max_brightness = 32.0F;  ///< either way, in levels of 255
  float max_contrast = 0.3F;     ///< 0.3: between 1 / 1.3 and 1.3
  float max_saturation = 0.5F;   ///< either way, of 1

  /// Made grey.
  float grey = 0.05F;

  /// Gaussian blur.
  float blur = 0.1F;
  float max_blur_sigma_px = 1.5F;

  /// Shrunk and enlarged again, like a face far away.
  float low_resolution = 0.15F;
  float min_resolution_px = 24.0F;  ///< shortest side in between

  /// Compressed as JPEG once more.
  float jpeg = 0.15F;
  int min_jpeg_quality = 20;  ///< to 90

  /// A rectangle of one colour anywhere (Zhong et al. 2020, "Random Erasing").
  float rectangle = 0.05F;
  float max_rectangle_share = 0.2F;  ///< of the chip's area

  /// The lower face covered as by a mask.
  float mask = 0.05F;

  /// Checks every field against its range.
  ///
  /// Errors:
  /// - kInvalidArgument: names the first field out of range.
  [[nodiscard]] Result<void> Validate() const;
};

/// Known sets of options: "none" (the chip as it is), "flip", "standard" (the
/// defaults), "strong" (for surveillance: low resolution, occlusion).
std::optional<AugmentOptions> ParseAugmentation(std::string_view name);

/// Which of all random changes: equal keys give equal chips, on every machine
/// and whatever the order.
struct AugmentKey {
  std::uint64_t seed = 0;
  std::uint64_t epoch = 0;
  std::uint64_t chip = 0;
};

/// A colour and where it goes.
struct Occlusion {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;

  /// Of a rectangle, as shares of the chip's side; the upper edge of a mask.
  Box box;
};

/// What happens to one chip. Its default does nothing.
struct Augmentation {
  bool flip = false;
  float rotate_deg = 0.0F;     ///< clockwise
  float scale = 1.0F;          ///< above 1 enlarges the face
  Point shift_px = {};         ///< in pixels of a chip of 112
  float brightness = 0.0F;     ///< added, in levels
  float contrast = 1.0F;       ///< factor around the chip's mean
  float saturation = 1.0F;     ///< 0 is grey
  float blur_sigma_px = 0.0F;  ///< in pixels of a chip of 112
  float resolution_px = 0.0F;  ///< in pixels of a chip of 112; 0 keeps it
  int jpeg_quality = 0;        ///< 0: not compressed
  std::optional<Occlusion> rectangle = std::nullopt;
  std::optional<Occlusion> mask = std::nullopt;
};

/// Draws what happens to the chip of `key`.
Augmentation DrawAugmentation(const AugmentOptions& options,
                              const AugmentKey& key);

/// The chip of `network_px` x `network_px` pixels out of a stored one, changed.
/// Position is changed and the network's square cut out in one interpolation;
/// then occlusion, colour, blur, resolution and JPEG follow. Without any change
/// it equals NetworkChip().
///
/// `stored` is 8-bit RGB, [chip_px, chip_px, 3] of `geometry`.
///
/// Thread safety: may run concurrently.
Image ApplyAugmentation(const Image& stored,
                        const ChipGeometry& geometry,
                        int network_px,
                        const Augmentation& augmentation);

/// Both in one.
Image Augment(const Image& stored,
              const ChipGeometry& geometry,
              int network_px,
              const AugmentOptions& options,
              const AugmentKey& key);

}  // namespace mien
