// SPDX-License-Identifier: Apache-2.0
#include "eval/axis_ticks.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

namespace mien {
namespace {

/// Linear axes get this many ticks or up to twice as many.
constexpr double kFewestSteps = 4.0;

/// Logarithmic axes of more decades than this label some of them only.
constexpr int kMostLabelledDecades = 8;

/// Logarithmic axes of more decades than this have no ticks within them.
constexpr int kMostDividedDecades = 6;

/// Rounding that must not lose the tick at the end of an axis.
constexpr double kSlack = 1e-9;

bool Shows(AxisScale scale, double value) {
  return std::isfinite(value) && (scale == AxisScale::kLinear || value > 0.0);
}

/// The largest of 1, 2, 5 times a power of ten that divides `span` into at
/// least kFewestSteps.
double LinearStep(double span) {
  const double most = span / kFewestSteps;
  const double power = std::pow(10.0, std::floor(std::log10(most)));
  for (const double factor : {5.0, 2.0}) {
    if (factor * power <= most * (1.0 + kSlack)) {
      return factor * power;
    }
  }
  return power;
}

std::string Superscript(int number) {
  constexpr std::string_view kDigits[] = {
      "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = number < 0 ? "⁻" : "";
  for (const char digit : std::to_string(std::abs(number))) {
    text += kDigits[digit - '0'];
  }
  return text;
}

std::string PowerLabel(int exponent) {
  return std::abs(exponent) <= 3 ? NumberText(std::pow(10.0, exponent))
                                 : "10" + Superscript(exponent);
}

std::vector<AxisTick> LinearTicks(const AxisRange& range) {
  const double step = LinearStep(range.high - range.low);
  const double first = std::ceil(range.low / step - kSlack);
  const double last = std::floor(range.high / step + kSlack);
  std::vector<AxisTick> ticks;
  for (double i = first; i <= last; i += 1.0) {
    const double value = i * step;
    ticks.push_back({value, NumberText(value)});
  }
  return ticks;
}

/// 2, 3, ... 9 times 10^exponent as far as they lie in `range`. Labels 2 and 5
/// when `labelled`.
void AppendWithinDecade(int exponent,
                        const AxisRange& range,
                        bool labelled,
                        std::vector<AxisTick>& ticks) {
  for (int factor = 2; factor <= 9; ++factor) {
    const double value = factor * std::pow(10.0, exponent);
    if (value > range.low && value < range.high) {
      const bool with_label = labelled && (factor == 2 || factor == 5);
      ticks.push_back({value, with_label ? NumberText(value) : ""});
    }
  }
}

std::vector<AxisTick> LogTicks(const AxisRange& range) {
  const int first = static_cast<int>(std::floor(std::log10(range.low)));
  const int last = static_cast<int>(std::ceil(std::log10(range.high)));
  const int decades = last - first;
  const int stride = 1 + (decades - 1) / kMostLabelledDecades;
  std::vector<AxisTick> ticks;
  for (int exponent = first; exponent <= last; ++exponent) {
    const double value = std::pow(10.0, exponent);
    if (value >= range.low * (1.0 - kSlack) &&
        value <= range.high * (1.0 + kSlack)) {
      const bool labelled = (exponent - first) % stride == 0;
      ticks.push_back({value, labelled ? PowerLabel(exponent) : ""});
    }
    if (decades <= kMostDividedDecades) {
      AppendWithinDecade(exponent, range, decades <= 1, ticks);
    }
  }
  return ticks;
}

}  // namespace

AxisRange FitRange(std::span<const double> values, AxisScale scale) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double value : values) {
    if (Shows(scale, value)) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (scale == AxisScale::kLog) {
    if (low > high) {
      return {0.1, 1.0};
    }
    const double first = std::floor(std::log10(low) + kSlack);
    const double last = std::ceil(std::log10(high) - kSlack);
    return {std::pow(10.0, first), std::pow(10.0, std::max(last, first + 1.0))};
  }
  if (low > high) {
    return {0.0, 1.0};
  }
  if (low == high) {
    const double margin = low == 0.0 ? 0.5 : std::abs(low) / 2.0;
    low -= margin;
    high += margin;
  }
  const double step = LinearStep(high - low);
  return {std::floor(low / step + kSlack) * step,
          std::ceil(high / step - kSlack) * step};
}

std::vector<AxisTick> AxisTicks(const AxisRange& range, AxisScale scale) {
  return scale == AxisScale::kLinear ? LinearTicks(range) : LogTicks(range);
}

std::string NumberText(double value, int max_digits) {
  char text[40];
  const double shown = value == 0.0 ? 0.0 : value;  // no "-0"
  const auto [end, error] = std::to_chars(text,
                                          text + sizeof(text),
                                          shown,
                                          std::chars_format::general,
                                          std::clamp(max_digits, 1, 17));
  return error == std::errc() ? std::string(text, end) : std::string();
}

}  // namespace mien
