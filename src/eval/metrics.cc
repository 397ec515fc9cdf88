// SPDX-License-Identifier: Apache-2.0
#include "eval/metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace mien {
namespace {

// Rates are quotients of counts: 3 of 3000 must pass 1e-3 whatever the
// rounding.
constexpr double kRounding = 1e-12;

std::vector<float> Falling(std::span<const float> values) {
  std::vector<float> sorted(values.begin(), values.end());
  std::ranges::sort(sorted, std::greater<>());
  return sorted;
}

}  // namespace

std::vector<RocPoint> RocCurve(std::span<const float> mated,
                               std::span<const float> non_mated) {
  if (mated.empty() || non_mated.empty()) {
    return {};
  }
  const std::vector<float> same = Falling(mated);
  const std::vector<float> other = Falling(non_mated);
  std::vector<RocPoint> roc = {
      {.threshold = std::numeric_limits<float>::infinity()}};
  std::size_t accepted_same = 0;
  std::size_t accepted_other = 0;
  while (accepted_same < same.size() || accepted_other < other.size()) {
    constexpr float kNone = -std::numeric_limits<float>::infinity();
    const float threshold =
        std::max(accepted_same < same.size() ? same[accepted_same] : kNone,
                 accepted_other < other.size() ? other[accepted_other] : kNone);
    while (accepted_same < same.size() && same[accepted_same] >= threshold) {
      ++accepted_same;
    }
    while (accepted_other < other.size() &&
           other[accepted_other] >= threshold) {
      ++accepted_other;
    }
    roc.push_back({threshold,
                   static_cast<double>(accepted_other) /
                       static_cast<double>(other.size()),
                   static_cast<double>(accepted_same) /
                       static_cast<double>(same.size())});
  }
  return roc;
}

std::optional<double> AreaUnderRoc(std::span<const RocPoint> roc) {
  if (roc.empty()) {
    return std::nullopt;
  }
  double area = 0.0;
  for (std::size_t i = 1; i < roc.size(); ++i) {
    area += (roc[i].fmr - roc[i - 1].fmr) * (roc[i].tmr + roc[i - 1].tmr) / 2.0;
  }
  return area;
}

std::optional<double> EqualErrorRate(std::span<const RocPoint> roc) {
  // FMR - FNMR rises from -1 at the first point to 1 at the last.
  const auto excess = [](const RocPoint& p) { return p.fmr - (1.0 - p.tmr); };
  for (std::size_t i = 1; i < roc.size(); ++i) {
    const double before = excess(roc[i - 1]);
    const double after = excess(roc[i]);
    if (after >= 0.0) {
      return std::lerp(roc[i - 1].fmr, roc[i].fmr, before / (before - after));
    }
  }
  return std::nullopt;
}

std::optional<double> TrueMatchRateAt(std::span<const RocPoint> roc,
                                      double fmr) {
  std::optional<double> best;
  for (const RocPoint& point : roc) {
    if (point.fmr <= fmr + kRounding) {
      best = point.tmr;
    }
  }
  return best;
}

std::optional<FnmrAtFmr> FnmrAt(std::span<const RocPoint> roc,
                                double fmr,
                                std::size_t num_mated,
                                std::size_t num_non_mated) {
  if (fmr * static_cast<double>(num_non_mated) < 1.0 - kRounding) {
    return std::nullopt;
  }
  std::optional<FnmrAtFmr> found;
  for (const RocPoint& point : roc) {
    if (point.fmr <= fmr + kRounding) {
      const double fnmr = 1.0 - point.tmr;
      found = FnmrAtFmr{fmr,
                        point.fmr,
                        point.threshold,
                        fnmr,
                        WilsonInterval(fnmr, static_cast<double>(num_mated))};
    }
  }
  return found;
}

std::vector<std::size_t> Histogram(std::span<const float> values,
                                   float low,
                                   float high,
                                   std::size_t num_bins) {
  std::vector<std::size_t> counts(num_bins);
  if (num_bins == 0) {
    return counts;
  }
  for (const float value : values) {
    if (value >= low && value <= high) {
      const float place =
          (value - low) / (high - low) * static_cast<float>(num_bins);
      ++counts[std::min(static_cast<std::size_t>(place), num_bins - 1)];
    }
  }
  return counts;
}

std::optional<MeanAndDeviation> Summarize(std::span<const double> values) {
  if (values.empty()) {
    return std::nullopt;
  }
  const auto count = static_cast<double>(values.size());
  MeanAndDeviation summary;
  for (const double value : values) {
    summary.mean += value / count;
  }
  double variance = 0.0;
  for (const double value : values) {
    variance += (value - summary.mean) * (value - summary.mean) / count;
  }
  summary.deviation = std::sqrt(variance);
  return summary;
}

}  // namespace mien
