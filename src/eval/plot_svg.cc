// SPDX-License-Identifier: Apache-2.0
#include "eval/plot_svg.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include "eval/markup.h"

namespace mien {
namespace {

// Distances in pixels.
constexpr double kLeft = 68.0;
constexpr double kRight = 20.0;
constexpr double kTop = 40.0;
constexpr double kBottom = 52.0;
constexpr double kLegendRow = 19.0;
constexpr double kTickLength = 5.0;

/// Points closer than this to the one before are not drawn.
constexpr double kLeastStep = 0.5;

/// Eight colours that differ for readers with any colour vision (after Okabe
/// and Ito 2008), a darker set for light pages and a lighter one for dark.
/// Names begin with "mien-", because inside an HTML page they are the page's
/// too.
constexpr std::string_view kStyle = R"(<style>
.mien-plot{--paper:#fff;--ink:#1c2126;--faint:#6b7480;--grid:#e3e6ea;
--c0:#0072b2;--c1:#d55e00;--c2:#00845e;--c3:#b1468c;--c4:#8a6d00;--c5:#2c8fc9;
--c6:#6b4fbb;--c7:#555c66;
font-family:system-ui,"DejaVu Sans",sans-serif;font-size:13px}
@media(prefers-color-scheme:dark){.mien-plot{--paper:#14181d;--ink:#e8ebee;
--faint:#9aa4af;--grid:#2c333b;--c0:#56b4e9;--c1:#ff9a4d;--c2:#3fd6a4;
--c3:#f09bd0;--c4:#f0e442;--c5:#8ecdf5;--c6:#b7a3ff;--c7:#b8c0c9}}
.mien-plot text{fill:var(--ink)}
.mien-plot .mien-title{font-size:15px;font-weight:600}
.mien-plot .mien-tick{fill:var(--faint);font-size:12px}
</style>
)";

constexpr int kNumColors = 8;

std::string Pixels(double value) {
  char text[40];
  const auto [end, error] = std::to_chars(
      text, text + sizeof(text), value, std::chars_format::fixed, 1);
  std::string digits =
      error == std::errc() ? std::string(text, end) : std::string("0");
  return digits.ends_with(".0") ? digits.substr(0, digits.size() - 2) : digits;
}

std::string ColorOf(std::size_t series_idx) {
  return "var(--c" + std::to_string(series_idx % kNumColors) + ")";
}

/// Series beyond the colours there are, and every second four, are dashed.
std::string DashOf(std::size_t series_idx) {
  return series_idx / 4 % 2 == 1 ? R"( stroke-dasharray="7 4")" : "";
}

/// An axis with its ends fixed, over `length_px` pixels.
class Scale {
 public:
  Scale(const PlotAxis& axis, const AxisRange& range, double length_px)
      : scale_(axis.scale), range_(range), length_px_(length_px) {}

  /// Pixels from the lower end, NaN for a value that is not finite. Values far
  /// beyond the ends stay near them, so that coordinates remain small.
  [[nodiscard]] double Place(double value) const {
    if (!std::isfinite(value)) {
      return std::numeric_limits<double>::quiet_NaN();
    }
    const double share = (Position(value) - Position(range_.low)) /
                         (Position(range_.high) - Position(range_.low));
    return std::clamp(share, -1.0, 2.0) * length_px_;
  }

  [[nodiscard]] std::vector<AxisTick> Ticks() const {
    return AxisTicks(range_, scale_);
  }

 private:
  [[nodiscard]] double Position(double value) const {
    return scale_ == AxisScale::kLinear
               ? value
               : std::log10(std::max(value, range_.low));
  }

  AxisScale scale_;
  AxisRange range_;
  double length_px_;
};

AxisRange RangeOf(const PlotAxis& axis,
                  const std::vector<PlotSeries>& series,
                  double PlotPoint::*coordinate) {
  std::vector<double> values;
  for (const PlotSeries& one : series) {
    for (const PlotPoint& point : one.points) {
      values.push_back(point.*coordinate);
    }
  }
  AxisRange range = FitRange(values, axis.scale);
  range.low = axis.low.value_or(range.low);
  range.high = axis.high.value_or(range.high);
  if (axis.scale == AxisScale::kLog && !(range.low > 0.0)) {
    range.low = range.high > 0.0 ? range.high / 10.0 : 0.1;
  }
  if (!(range.high > range.low)) {
    range.high =
        axis.scale == AxisScale::kLog ? range.low * 10.0 : range.low + 1.0;
  }
  return range;
}

/// Where the curves are: inside, y grows upwards in Scale and down in SVG.
struct Frame {
  double left = 0.0;
  double top = 0.0;
  double width = 0.0;
  double height = 0.0;
  Scale x;
  Scale y;

  [[nodiscard]] double bottom() const { return top + height; }
};

std::string Line(
    double x0, double y0, double x1, double y1, std::string_view color) {
  return "<line x1=\"" + Pixels(x0) + "\" y1=\"" + Pixels(y0) + "\" x2=\"" +
         Pixels(x1) + "\" y2=\"" + Pixels(y1) + "\" stroke=\"var(--" +
         std::string(color) + ")\"/>\n";
}

std::string Text(double x,
                 double y,
                 std::string_view attributes,
                 std::string_view text) {
  return "<text x=\"" + Pixels(x) + "\" y=\"" + Pixels(y) + "\" " +
         std::string(attributes) + ">" + EscapeMarkup(text) + "</text>\n";
}

std::string XAxis(const Frame& frame, const std::string& label) {
  std::string svg;
  for (const AxisTick& tick : frame.x.Ticks()) {
    const double x = frame.left + frame.x.Place(tick.value);
    const bool labelled = !tick.label.empty();
    svg += labelled ? Line(x, frame.top, x, frame.bottom(), "grid") : "";
    svg += Line(x,
                frame.bottom(),
                x,
                frame.bottom() + (labelled ? kTickLength : kTickLength / 2),
                "faint");
    svg += labelled ? Text(x,
                           frame.bottom() + 19,
                           R"(class="mien-tick" text-anchor="middle")",
                           tick.label)
                    : "";
  }
  return svg + Text(frame.left + frame.width / 2,
                    frame.bottom() + 41,
                    R"(text-anchor="middle")",
                    label);
}

std::string YAxis(const Frame& frame, const std::string& label) {
  std::string svg;
  for (const AxisTick& tick : frame.y.Ticks()) {
    const double y = frame.bottom() - frame.y.Place(tick.value);
    const bool labelled = !tick.label.empty();
    svg += labelled ? Line(frame.left, y, frame.left + frame.width, y, "grid")
                    : "";
    svg += Line(frame.left - (labelled ? kTickLength : kTickLength / 2),
                y,
                frame.left,
                y,
                "faint");
    svg += labelled ? Text(frame.left - 9,
                           y + 4,
                           R"(class="mien-tick" text-anchor="end")",
                           tick.label)
                    : "";
  }
  const double middle = frame.top + frame.height / 2;
  const std::string turn = "text-anchor=\"middle\" transform=\"rotate(-90 16 " +
                           Pixels(middle) + ")\"";
  return svg + Text(16, middle, turn, label);
}

/// One unbroken part of a series, in pixels within the frame.
using Stretch = std::vector<PlotPoint>;

std::vector<Stretch> StretchesOf(const PlotSeries& series, const Frame& frame) {
  std::vector<Stretch> stretches;
  bool is_open = false;
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const PlotPoint at = {frame.x.Place(series.points[i].x),
                          frame.height - frame.y.Place(series.points[i].y)};
    if (std::isnan(at.x) || std::isnan(at.y)) {
      is_open = false;
      continue;
    }
    if (!is_open) {
      stretches.emplace_back();
      is_open = true;
    }
    Stretch& stretch = stretches.back();
    const bool is_last = i + 1 == series.points.size();
    if (stretch.empty() || is_last ||
        std::hypot(at.x - stretch.back().x, at.y - stretch.back().y) >=
            kLeastStep) {
      stretch.push_back(at);
    }
  }
  return stretches;
}

std::string Coordinates(const Stretch& stretch) {
  std::string text;
  for (const PlotPoint& point : stretch) {
    text += (text.empty() ? "" : " ") + Pixels(point.x) + "," + Pixels(point.y);
  }
  return text;
}

std::string Dots(const Stretch& stretch, std::size_t series_idx) {
  std::string svg;
  for (const PlotPoint& point : stretch) {
    svg += "<circle cx=\"" + Pixels(point.x) + "\" cy=\"" + Pixels(point.y) +
           "\" r=\"3\" fill=\"" + ColorOf(series_idx) + "\"/>\n";
  }
  return svg;
}

std::string Curve(const PlotSeries& series,
                  std::size_t series_idx,
                  const Frame& frame) {
  std::string svg;
  for (const Stretch& stretch : StretchesOf(series, frame)) {
    // A line through one point would not be seen.
    if (series.style == SeriesStyle::kDots || stretch.size() == 1) {
      svg += Dots(stretch, series_idx);
      continue;
    }
    if (series.style == SeriesStyle::kArea) {
      svg += "<polygon points=\"" + Pixels(stretch.front().x) + "," +
             Pixels(frame.height) + " " + Coordinates(stretch) + " " +
             Pixels(stretch.back().x) + "," + Pixels(frame.height) +
             "\" fill=\"" + ColorOf(series_idx) +
             "\" fill-opacity=\"0.22\"/>\n";
    }
    svg += "<polyline points=\"" + Coordinates(stretch) +
           "\" fill=\"none\" stroke=\"" + ColorOf(series_idx) +
           "\" stroke-width=\"2\" stroke-linejoin=\"round\"" +
           DashOf(series_idx) + "/>\n";
  }
  return svg;
}

std::string Legend(const std::vector<PlotSeries>& series) {
  std::string svg;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const double y = kTop + static_cast<double>(i) * kLegendRow;
    const bool dots = series[i].style == SeriesStyle::kDots;
    svg += dots ? "<circle cx=\"" + Pixels(kLeft + 13) + "\" cy=\"" +
                      Pixels(y) + "\" r=\"3\" fill=\"" + ColorOf(i) + "\"/>\n"
                : "<line x1=\"" + Pixels(kLeft) + "\" y1=\"" + Pixels(y) +
                      "\" x2=\"" + Pixels(kLeft + 26) + "\" y2=\"" + Pixels(y) +
                      "\" stroke=\"" + ColorOf(i) + "\" stroke-width=\"3\"" +
                      DashOf(i) + "/>\n";
    svg += Text(kLeft + 34, y + 4, "", series[i].name);
  }
  return svg;
}

}  // namespace

std::string RenderSvg(const Plot& plot) {
  const double legend = kLegendRow * static_cast<double>(plot.series.size());
  const double total_height = plot.height + legend;
  const double width = std::max(plot.width - kLeft - kRight, 1.0);
  const double height = std::max(plot.height - kTop - kBottom, 1.0);
  const Frame frame = {
      .left = kLeft,
      .top = kTop + legend,
      .width = width,
      .height = height,
      .x = Scale(plot.x, RangeOf(plot.x, plot.series, &PlotPoint::x), width),
      .y = Scale(plot.y, RangeOf(plot.y, plot.series, &PlotPoint::y), height)};
  const std::string title = EscapeMarkup(plot.title);
  const std::string w = Pixels(plot.width);
  const std::string h = Pixels(total_height);

  std::string svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"mien-plot\" width=\"" +
      w + "\" height=\"" + h + "\" viewBox=\"0 0 " + w + " " + h +
      "\" role=\"img\" aria-label=\"" + title + "\">\n<title>" + title +
      "</title>\n" + std::string(kStyle) + "<rect width=\"" + w +
      "\" height=\"" + h + "\" fill=\"var(--paper)\"/>\n";
  svg += Text(kLeft, 22, R"(class="mien-title")", plot.title);
  svg += Legend(plot.series);
  svg += XAxis(frame, plot.x.label) + YAxis(frame, plot.y.label);
  // An inner <svg> cuts off what lies outside of it.
  svg += "<svg x=\"" + Pixels(frame.left) + "\" y=\"" + Pixels(frame.top) +
         "\" width=\"" + Pixels(width) + "\" height=\"" + Pixels(height) +
         "\" overflow=\"hidden\">\n";
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    svg += Curve(plot.series[i], i, frame);
  }
  svg += "</svg>\n";
  svg += "<rect x=\"" + Pixels(frame.left) + "\" y=\"" + Pixels(frame.top) +
         "\" width=\"" + Pixels(width) + "\" height=\"" + Pixels(height) +
         "\" fill=\"none\" stroke=\"var(--faint)\"/>\n</svg>\n";
  return svg;
}

}  // namespace mien
