// SPDX-License-Identifier: Apache-2.0
//
// Says what a similarity means: whether two faces are one person.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "mien/model.h"
#include "mien/result.h"

namespace mien {

/// What a comparison came to.
enum class Decision : std::uint8_t {
  kMatch,     ///< one person, at the false match rate that was asked for
  kPossible,  ///< worth a look: only a more generous threshold is passed
  kUnknown,   ///< nothing speaks for one person
};

/// "match", "possible" or "unknown".
std::string_view DecisionName(Decision decision);

/// How sure a match must be. All fields have working defaults.
struct VerifyOptions {
  /// False match rate that `kMatch` may have, in (0, 1): of all comparisons of
  /// two different people, the share that is called a match.
  double fmr = 1e-3;

  /// The same for `kPossible`, >= fmr.
  double possible_fmr = 1e-2;

  /// Cosine similarity in [-1, 1] to use instead of what `fmr` leads to.
  std::optional<float> threshold = std::nullopt;

  /// Checks every field against its range.
  ///
  /// Errors:
  /// - kInvalidArgument: names the first field out of range.
  [[nodiscard]] Result<void> Validate() const;
};

/// Cosine similarities at which decisions change.
struct VerifyThresholds {
  float match = 0.0F;

  /// <= match.
  float possible = 0.0F;

  /// False match rate at `match`; none when the model is not calibrated.
  std::optional<double> fmr = std::nullopt;
};

/// The cosine similarity that two faces need when their model states neither a
/// calibration nor a threshold. Published models reach an FMR of 1e-3 between
/// 0.3 (ArcFace) and 0.5 (FaceNet); this is the middle, and promises nothing.
inline constexpr float kFallbackThreshold = 0.4F;

/// Width of the zone below the match threshold that counts as possible when the
/// model is not calibrated, in cosine similarity.
inline constexpr float kUncalibratedPossibleMargin = 0.1F;

/// Chooses the thresholds for embeddings of the model with `contract`:
/// - with a calibration, from the wished rates, interpolating the curve in
///   log(fmr); a rate above the curve's largest takes that largest;
/// - without, `contract.default_threshold`, or kFallbackThreshold where that is
///   not known either.
///
/// Errors:
/// - kInvalidArgument: `options` fail Validate(), or ask for a lower rate than
///   the calibration covers.
Result<VerifyThresholds> ChooseThresholds(const ModelContract& contract,
                                          const VerifyOptions& options = {});

/// The decision on a comparison; a similarity equal to a threshold passes it.
Decision Decide(float cosine_similarity, const VerifyThresholds& thresholds);

}  // namespace mien
