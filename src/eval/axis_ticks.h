// SPDX-License-Identifier: Apache-2.0
//
// Where an axis begins and ends and which values are written on it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mien {

enum class AxisScale : std::uint8_t { kLinear, kLog };

/// low < high; both > 0 on a logarithmic axis.
struct AxisRange {
  double low = 0.0;
  double high = 1.0;

  friend bool operator==(const AxisRange&, const AxisRange&) = default;
};

/// A value marked on an axis. Without a label, the mark alone.
struct AxisTick {
  double value = 0.0;
  std::string label;
};

/// The range that holds all `values` an axis of that scale can show, rounded
/// outwards to ticks (linear) or to powers of ten (logarithmic). Values that
/// are not finite, and on a logarithmic axis those <= 0, do not count. Without
/// any: [0, 1], or [0.1, 1].
AxisRange FitRange(std::span<const double> values, AxisScale scale);

/// Ticks of `range`, rising: multiples of 1, 2 or 5 times a power of ten, about
/// six of them, or powers of ten with unlabelled ones between. "0.001" to
/// "1000" are written out, further powers as "10⁻⁴".
std::vector<AxisTick> AxisTicks(const AxisRange& range, AxisScale scale);

/// `value` in at most `max_digits` significant digits, without trailing zeros:
/// "0.9953", "12", "1e-07". Independent of the locale.
std::string NumberText(double value, int max_digits = 6);

}  // namespace mien
