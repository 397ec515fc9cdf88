// SPDX-License-Identifier: Apache-2.0
#include "match/calibrate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>

#include "match/wilson.h"

namespace mien {
namespace {

constexpr std::size_t kFewestComparisons = 1000;
constexpr double kFewestExceeding = 10.0;

/// The point whose similarity is the smallest that at most `rate` of all reach.
MeasuredRate RateAt(const std::vector<float>& descending, double rate) {
  const auto count = static_cast<double>(descending.size());
  const auto allowed = static_cast<std::size_t>(rate * count + 0.5);
  const float threshold = std::nextafter(
      descending[allowed], std::numeric_limits<float>::infinity());
  const auto first_below = std::lower_bound(
      descending.begin(), descending.end(), threshold, std::greater_equal<>());
  const double measured =
      static_cast<double>(first_below - descending.begin()) / count;
  const RateInterval interval = WilsonInterval(measured, count);
  return {{threshold, measured}, interval.low, interval.high};
}

}  // namespace

Result<std::vector<MeasuredRate>> MeasureCalibration(
    std::vector<float> non_mated_similarities) {
  std::vector<float>& similarities = non_mated_similarities;
  if (similarities.size() < kFewestComparisons) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(similarities.size()) +
                     " non-mated comparisons; a calibration needs at least " +
                     std::to_string(kFewestComparisons)};
  }
  if (!std::ranges::all_of(similarities,
                           [](float s) { return std::isfinite(s); })) {
    return Error{ErrorCode::kInvalidArgument,
                 "a similarity is not a finite number"};
  }
  std::ranges::sort(similarities, std::greater<>());
  std::vector<MeasuredRate> rates;
  for (double decade = 0.1;; decade /= 10.0) {
    for (const double factor : {1.0, 0.5, 0.2}) {
      const double rate = decade * factor;
      if (rate * static_cast<double>(similarities.size()) < kFewestExceeding) {
        return rates;
      }
      MeasuredRate measured = RateAt(similarities, rate);
      // Many equal similarities can make two points one.
      if (rates.empty() || measured.point.fmr < rates.back().point.fmr) {
        rates.push_back(measured);
      }
    }
  }
}

}  // namespace mien
