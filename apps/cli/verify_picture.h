// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "mien/detector.h"
#include "mien/image.h"
#include "mien/matcher.h"

namespace mien::cli {

/// One side of a comparison, as it is drawn.
struct VerifySide {
  /// File name shown below the picture.
  std::string caption;
  const Image* picture = nullptr;
  const Image* chip = nullptr;

  /// All faces found; the one compared stands at `chosen`.
  std::span<const Detection> faces;
  std::size_t chosen = 0;
};

/// What the comparison came to, as it is drawn.
struct VerifyVerdict {
  float cosine_similarity = 0.0F;
  Decision decision = Decision::kUnknown;
  VerifyThresholds thresholds;

  /// Small print: model and precision.
  std::string note;
};

/// A picture of a comparison for people: both photographs with their faces, the
/// chips, and the similarity on a scale with the threshold.
Image DrawVerification(const VerifySide& a,
                       const VerifySide& b,
                       const VerifyVerdict& verdict);

/// "Same person", "Possibly the same person" or "No match".
std::string_view DecisionText(Decision decision);

}  // namespace mien::cli
