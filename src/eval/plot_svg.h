// SPDX-License-Identifier: Apache-2.0
//
// Line plots as SVG: one self-contained picture, readable on light and dark
// pages, for reports of evaluation and for the curves of a training run.
//
//   const Plot plot = {.title = "Loss",
//                      .x = {.label = "step"},
//                      .y = {.label = "loss", .scale = AxisScale::kLog},
//                      .series = {{"triplet", {{0, 0.8}, {100, 0.2}}}}};
//   WriteFileAtomically("loss.svg", RenderSvg(plot));
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "eval/axis_ticks.h"

namespace mien {

/// In the units of the axes.
struct PlotPoint {
  double x = 0.0;
  double y = 0.0;
};

enum class SeriesStyle : std::uint8_t {
  kLine,
  kArea,  ///< a line, and what lies below it filled
  kDots,
};

struct PlotSeries {
  /// What the legend says: the model and how many comparisons, for example.
  std::string name;

  /// In the order drawn. A point that is not finite breaks the line.
  std::vector<PlotPoint> points;

  SeriesStyle style = SeriesStyle::kLine;
};

struct PlotAxis {
  std::string label;
  AxisScale scale = AxisScale::kLinear;

  /// Ends of the axis; those not given are fitted to the points. Points beyond
  /// are cut off. On a logarithmic axis, points <= 0 lie at its lower end.
  std::optional<double> low = std::nullopt;
  std::optional<double> high = std::nullopt;
};

struct Plot {
  std::string title = {};
  PlotAxis x = {};
  PlotAxis y = {};
  std::vector<PlotSeries> series = {};

  /// Outer size in pixels; the legend's rows add to the height.
  int width = 720;
  int height = 440;
};

/// The plot as an SVG document, which may also stand inside an HTML page.
/// Colours follow the reader's light or dark setting. Text is escaped; names
/// that are not UTF-8 lose the bytes that are not ASCII.
std::string RenderSvg(const Plot& plot);

}  // namespace mien
