// SPDX-License-Identifier: Apache-2.0
//
// How well a face can be told from others, before any network sees it.
#pragma once

#include <string>

#include "mien/detector.h"
#include "mien/image.h"
#include "mien/result.h"

namespace mien {

/// How good a face is for recognition, part by part. Each part is in [0, 1]: 0
/// is useless, 1 costs nothing; in between it falls linearly between two limits
/// that docs/quality.md lists.
struct FaceQuality {
  /// Distance between the eyes in the picture.
  float size = 0.0F;

  /// Fine detail of the chip, which blur and strong compression remove.
  float sharpness = 0.0F;

  /// Looking at the camera, judged from the landmarks.
  float pose = 0.0F;

  /// Neither dark nor blown out, with contrast.
  float exposure = 0.0F;

  /// The detector's score.
  float detection = 0.0F;

  /// The weakest part: what one part spoils, another cannot make good.
  [[nodiscard]] float score() const;

  /// What would improve the picture most, for people: "the face is small: 14
  /// pixels between the eyes; come closer or use a larger picture". Empty when
  /// no part is below 0.5.
  std::string advice;
};

/// Rates `face`, whose upright aligned `chip` was cut from its picture: 8-bit
/// RGB, any size of 64 x 64 or more.
///
/// Errors:
/// - kInvalidImage: the chip is smaller.
///
/// Thread safety: may run concurrently.
Result<FaceQuality> RateFace(const Detection& face, const Image& chip);

}  // namespace mien
