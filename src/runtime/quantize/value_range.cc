// SPDX-License-Identifier: Apache-2.0
#include "runtime/quantize/value_range.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

namespace mien::quantize {
namespace {

constexpr std::size_t kBins = 8192;  // even: doubling the limit joins pairs
constexpr std::size_t kLevels = 256;
constexpr double kTail = 0.5e-4;  // of both ends, 0.01 percent together

constexpr std::array<std::pair<std::string_view, RangeMethod>, 3> kMethods = {
    {{"minmax", RangeMethod::kMinMax},
     {"percentile", RangeMethod::kPercentile},
     {"entropy", RangeMethod::kEntropy}}};

}  // namespace

std::string_view RangeMethodName(RangeMethod method) {
  for (const auto& [name, value] : kMethods) {
    if (value == method) {
      return name;
    }
  }
  return "";
}

Result<RangeMethod> ParseRangeMethod(std::string_view name) {
  for (const auto& [known, value] : kMethods) {
    if (known == name) {
      return value;
    }
  }
  return Error{ErrorCode::kInvalidArgument,
               "method is " + std::string(name) +
                   "; must be minmax, percentile or entropy"};
}

ValueRange ValueRange::Joined(const ValueRange& other) const {
  return {std::min(low, other.low), std::max(high, other.high)};
}

ValueObserver::ValueObserver() : bins_(kBins) {}

void ValueObserver::Observe(std::span<const float> values) {
  for (const float value : values) {
    if (!std::isfinite(value)) {
      continue;
    }
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
    if (std::abs(value) >= limit_) {
      Grow(std::abs(value));
    }
    // Zeros are exact whatever the range; behind a rectifier they would hide
    // everything else.
    if (value != 0.0F) {
      ++bins_[BinOf(value)];
    }
  }
}

void ValueObserver::Grow(float magnitude) {
  constexpr float kFirstRoom = 1.5F;
  constexpr float kSmallest = 1e-30F;
  if (limit_ == 0.0F) {
    limit_ = std::max(magnitude * kFirstRoom, kSmallest);
  }
  while (limit_ <= magnitude) {
    std::vector<std::uint64_t> wider(kBins);
    for (std::size_t i = 0; i < kBins; ++i) {
      wider[kBins / 4 + i / 2] += bins_[i];
    }
    bins_ = std::move(wider);
    limit_ *= 2.0F;
  }
}

std::size_t ValueObserver::BinOf(float value) const {
  const float place =
      (value / limit_ + 1.0F) * (static_cast<float>(kBins) / 2.0F);
  return std::min(static_cast<std::size_t>(std::max(place, 0.0F)), kBins - 1);
}

float ValueObserver::EdgeOf(std::size_t bin) const {
  return (static_cast<float>(bin) / (static_cast<float>(kBins) / 2.0F) - 1.0F) *
         limit_;
}

ValueRange ValueObserver::Choose(RangeMethod method) const {
  switch (method) {
    case RangeMethod::kMinMax:
      break;
    case RangeMethod::kPercentile:
      return Percentile();
    case RangeMethod::kEntropy:
      return LeastDivergence();
  }
  return {low_, high_};
}

ValueRange ValueObserver::Percentile() const {
  const auto total = static_cast<double>(
      std::accumulate(bins_.begin(), bins_.end(), std::uint64_t{0}));
  const double tail = kTail * total;
  std::size_t first = 0;
  for (double below = 0.0; first < kBins; ++first) {
    below += static_cast<double>(bins_[first]);
    if (below > tail) {
      break;
    }
  }
  std::size_t last = kBins;
  for (double above = 0.0; last > 0; --last) {
    above += static_cast<double>(bins_[last - 1]);
    if (above > tail) {
      break;
    }
  }
  return {std::clamp(EdgeOf(first), low_, 0.0F),
          std::clamp(EdgeOf(last), 0.0F, high_)};
}

ValueRange ValueObserver::LeastDivergence() const {
  constexpr int kCandidates = 60;
  constexpr float kNarrowest = 0.2F;
  ValueRange best = {low_, high_};
  double least = Divergence(best);
  for (int i = 1; i < kCandidates; ++i) {
    const float share =
        1.0F - (1.0F - kNarrowest) * static_cast<float>(i) / kCandidates;
    const ValueRange narrower = {low_ * share, high_ * share};
    const double divergence = Divergence(narrower);
    if (divergence < least) {
      least = divergence;
      best = narrower;
    }
  }
  return best;
}

/// Of the distribution held within `range`, from the same in kLevels levels of
/// which each spreads evenly over the bins that are not empty.
double ValueObserver::Divergence(const ValueRange& range) const {
  const std::size_t first = BinOf(range.low);
  const std::size_t count = BinOf(range.high) + 1 - first;
  std::vector<double> held(
      bins_.begin() + static_cast<std::ptrdiff_t>(first),
      bins_.begin() + static_cast<std::ptrdiff_t>(first + count));
  const std::vector<double> inside = held;
  for (std::size_t i = 0; i < first; ++i) {
    held.front() += static_cast<double>(bins_[i]);
  }
  for (std::size_t i = first + count; i < kBins; ++i) {
    held.back() += static_cast<double>(bins_[i]);
  }
  const double total = std::accumulate(held.begin(), held.end(), 0.0);
  const double inside_total =
      std::accumulate(inside.begin(), inside.end(), 0.0);
  double divergence = 0.0;
  for (std::size_t level = 0; level < kLevels; ++level) {
    const std::size_t begin = level * count / kLevels;
    const std::size_t end = (level + 1) * count / kLevels;
    double sum = 0.0;
    double filled = 0.0;
    for (std::size_t i = begin; i < end; ++i) {
      sum += inside[i];
      filled += held[i] > 0.0 ? 1.0 : 0.0;
    }
    for (std::size_t i = begin; i < end; ++i) {
      if (held[i] > 0.0) {
        const double p = held[i] / total;
        const double q = std::max(sum / filled / inside_total, 1e-12);
        divergence += p * std::log(p / q);
      }
    }
  }
  return divergence;
}

}  // namespace mien::quantize
