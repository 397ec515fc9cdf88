// SPDX-License-Identifier: Apache-2.0
//
// Which range of a value 256 levels shall cover, from what the value was seen
// to be on calibration data.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mien/result.h"

namespace mien::quantize {

enum class RangeMethod : std::uint8_t {
  kMinMax,      ///< all that was seen
  kPercentile,  ///< all but the outermost 0.01 percent
  kEntropy,     ///< what loses least information (Migacz 2017, GTC S7310)
};

/// "minmax", "percentile" or "entropy".
std::string_view RangeMethodName(RangeMethod method);

/// The reverse.
///
/// Errors:
/// - kInvalidArgument: lists the names.
Result<RangeMethod> ParseRangeMethod(std::string_view name);

/// Holds 0, so that zeros stay exact.
struct ValueRange {
  float low = 0.0F;
  float high = 0.0F;

  /// The least range that holds both.
  [[nodiscard]] ValueRange Joined(const ValueRange& other) const;
};

/// A histogram that grows with what it sees.
///
/// Thread safety: one thread at a time.
class ValueObserver {
 public:
  ValueObserver();

  /// NaN and infinities are left out.
  void Observe(std::span<const float> values);

  [[nodiscard]] ValueRange Choose(RangeMethod method) const;

 private:
  void Grow(float magnitude);
  [[nodiscard]] std::size_t BinOf(float value) const;
  [[nodiscard]] float EdgeOf(std::size_t bin) const;
  [[nodiscard]] ValueRange Percentile() const;
  [[nodiscard]] ValueRange LeastDivergence() const;
  [[nodiscard]] double Divergence(const ValueRange& range) const;

  float low_ = 0.0F;
  float high_ = 0.0F;

  /// The histogram is of [-limit_, limit_).
  float limit_ = 0.0F;
  std::vector<std::uint64_t> bins_;
};

}  // namespace mien::quantize
