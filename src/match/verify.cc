// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <span>
#include <string>

#include "mien/matcher.h"

namespace mien {
namespace {

using Curve = std::span<const CalibrationPoint>;

std::string RateText(double rate) {
  char text[32];
  std::snprintf(text, sizeof(text), "%g", rate);
  return text;
}

/// The similarity at `fmr` between two neighbours on the curve. A point of rate
/// 0 has no logarithm: then the stricter of the two stands.
float Between(const CalibrationPoint& loose,
              const CalibrationPoint& strict,
              double fmr) {
  if (strict.fmr <= 0.0 || loose.fmr <= strict.fmr) {
    return strict.cosine_similarity;
  }
  const double share =
      std::log(loose.fmr / fmr) / std::log(loose.fmr / strict.fmr);
  return std::lerp(loose.cosine_similarity,
                   strict.cosine_similarity,
                   static_cast<float>(share));
}

Result<CalibrationPoint> PointAtRate(Curve curve, double fmr) {
  if (fmr >= curve.front().fmr) {
    return curve.front();
  }
  const auto strict = std::ranges::find_if(
      curve, [fmr](const CalibrationPoint& point) { return point.fmr <= fmr; });
  if (strict == curve.end()) {
    return Error{ErrorCode::kInvalidArgument,
                 "fmr is " + RateText(fmr) +
                     "; the model is calibrated down to " +
                     RateText(curve.back().fmr)};
  }
  return CalibrationPoint{Between(*std::prev(strict), *strict, fmr), fmr};
}

/// The rate that `threshold` comes to: that of the last point it passes, which
/// is never too low.
std::optional<double> RateAtThreshold(Curve curve, float threshold) {
  std::optional<double> fmr;
  for (const CalibrationPoint& point : curve) {
    if (point.cosine_similarity <= threshold) {
      fmr = point.fmr;
    }
  }
  return fmr;
}

VerifyThresholds Uncalibrated(const ModelContract& contract,
                              const VerifyOptions& options) {
  const float known = contract.default_threshold > 0.0F
                          ? contract.default_threshold
                          : kFallbackThreshold;
  const float match = options.threshold.value_or(known);
  return {match, match - kUncalibratedPossibleMargin, std::nullopt};
}

}  // namespace

std::string_view DecisionName(Decision decision) {
  switch (decision) {
    case Decision::kMatch:
      return "match";
    case Decision::kPossible:
      return "possible";
    case Decision::kUnknown:
      return "unknown";
  }
  return "unknown";
}

Result<void> VerifyOptions::Validate() const {
  // Written so that NaN fails.
  if (!(fmr > 0.0 && fmr < 1.0)) {
    return Error{ErrorCode::kInvalidArgument,
                 "fmr is " + RateText(fmr) + "; must be above 0 and below 1"};
  }
  if (!(possible_fmr >= fmr && possible_fmr < 1.0)) {
    return Error{ErrorCode::kInvalidArgument,
                 "possible_fmr is " + RateText(possible_fmr) +
                     "; must be at least fmr (" + RateText(fmr) +
                     ") and below 1"};
  }
  if (threshold && !(*threshold >= -1.0F && *threshold <= 1.0F)) {
    return Error{ErrorCode::kInvalidArgument,
                 "threshold is " + RateText(*threshold) +
                     "; must be a cosine similarity between -1 and 1"};
  }
  return {};
}

Result<VerifyThresholds> ChooseThresholds(const ModelContract& contract,
                                          const VerifyOptions& options) {
  MIEN_RETURN_IF_ERROR(options.Validate());
  const Curve curve = contract.calibration;
  if (curve.empty()) {
    return Uncalibrated(contract, options);
  }
  MIEN_ASSIGN_OR_RETURN(const CalibrationPoint possible,
                        PointAtRate(curve, options.possible_fmr));
  if (options.threshold) {
    return VerifyThresholds{
        *options.threshold,
        std::min(*options.threshold, possible.cosine_similarity),
        RateAtThreshold(curve, *options.threshold)};
  }
  MIEN_ASSIGN_OR_RETURN(const CalibrationPoint match,
                        PointAtRate(curve, options.fmr));
  return VerifyThresholds{
      match.cosine_similarity, possible.cosine_similarity, match.fmr};
}

Decision Decide(float cosine_similarity, const VerifyThresholds& thresholds) {
  if (cosine_similarity >= thresholds.match) {
    return Decision::kMatch;
  }
  return cosine_similarity >= thresholds.possible ? Decision::kPossible
                                                  : Decision::kUnknown;
}

}  // namespace mien
