// SPDX-License-Identifier: Apache-2.0
#include "eval/plot_svg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace mien {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

int CountOf(const std::string& text, std::string_view what) {
  int count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + what.size())) {
    ++count;
  }
  return count;
}

/// Inside of the frame 632 wide and 348 high.
Plot PlotOf(std::vector<PlotPoint> points) {
  return {.title = "Loss",
          .x = {.label = "step", .low = 0.0, .high = 100.0},
          .y = {.label = "loss", .low = 0.0, .high = 1.0},
          .series = {{"triplet", std::move(points)}}};
}

TEST(RenderSvg, PlacesPointsOnLinearAxes) {
  const std::string svg = RenderSvg(PlotOf({{0, 0}, {50, 1}, {100, 0.5}}));
  EXPECT_THAT(svg, HasSubstr("<polyline points=\"0,348 316,0 632,174\""));
}

TEST(RenderSvg, PlacesPointsOnALogarithmicAxis) {
  Plot plot = PlotOf({{1e-4, 0}, {1e-2, 0}, {1, 0}});
  plot.x = {.label = "FMR", .scale = AxisScale::kLog};
  EXPECT_THAT(RenderSvg(plot),
              HasSubstr("<polyline points=\"0,348 316,348 632,348\""));
}

TEST(RenderSvg, KeepsZeroAtTheLowerEndOfALogarithmicAxis) {
  Plot plot = PlotOf({{0, 0.5}, {1, 0.5}});
  plot.x = {.label = "FMR", .scale = AxisScale::kLog, .low = 1e-3, .high = 1.0};
  EXPECT_THAT(RenderSvg(plot), HasSubstr("<polyline points=\"0,174 632,174\""));
}

TEST(RenderSvg, BreaksTheLineAtWhatIsNotANumber) {
  const std::string svg =
      RenderSvg(PlotOf({{0, 0}, {10, 1}, {20, kInfinity}, {30, 1}, {40, 0}}));
  EXPECT_EQ(CountOf(svg, "<polyline"), 2);
}

TEST(RenderSvg, ShowsALonePointAsADot) {
  const std::string svg = RenderSvg(PlotOf({{50, 0.5}}));
  EXPECT_EQ(CountOf(svg, "<polyline"), 0);
  EXPECT_THAT(svg, HasSubstr("<circle cx=\"316\" cy=\"174\""));
}

TEST(RenderSvg, ClosesAnAreaAtTheFoot) {
  Plot plot = PlotOf({{0, 1}, {50, 1}});
  plot.series[0].style = SeriesStyle::kArea;
  EXPECT_THAT(RenderSvg(plot),
              HasSubstr("<polygon points=\"0,348 0,0 316,0 316,348\""));
}

TEST(RenderSvg, LeavesOutPointsThatCannotBeToldApart) {
  std::vector<PlotPoint> points;
  for (int i = 0; i <= 100'000; ++i) {
    points.push_back({i / 1000.0, 0.5});
  }
  const std::string svg = RenderSvg(PlotOf(points));
  EXPECT_LT(svg.size(), 50'000U);
  EXPECT_THAT(svg, HasSubstr(" 632,174\""));  // the last one stays
}

TEST(RenderSvg, NamesTitleAxesAndSeries) {
  const std::string svg = RenderSvg(PlotOf({{0, 0}, {1, 1}}));
  EXPECT_THAT(svg, HasSubstr(">Loss</text>"));
  EXPECT_THAT(svg, HasSubstr(">step</text>"));
  EXPECT_THAT(svg, HasSubstr(">loss</text>"));
  EXPECT_THAT(svg, HasSubstr(">triplet</text>"));
}

TEST(RenderSvg, GivesSeriesColoursOfTheirOwn) {
  Plot plot = PlotOf({{0, 0}, {1, 1}});
  plot.series.push_back({"contrastive", {{0, 1}, {1, 0}}});
  const std::string svg = RenderSvg(plot);
  EXPECT_EQ(CountOf(svg, "stroke=\"var(--c0)\""), 2);  // legend and curve
  EXPECT_EQ(CountOf(svg, "stroke=\"var(--c1)\""), 2);
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme:dark"));
}

TEST(RenderSvg, DrawsTheAxesOfAPlotWithoutPoints) {
  const std::string svg =
      RenderSvg({.title = "", .x = {.label = "x"}, .y = {.label = "y"}});
  EXPECT_THAT(svg, HasSubstr(">0.2</text>"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(RenderSvg, KeepsCoordinatesOfPointsFarOutsideSmall) {
  const std::string svg = RenderSvg(PlotOf({{-1e300, 0.5}, {1e300, 0.5}}));
  EXPECT_THAT(svg, HasSubstr("<polyline points=\"-632,174 1264,174\""));
}

TEST(RenderSvg, EscapesText) {
  Plot plot = PlotOf({{0, 0}, {1, 1}});
  plot.series[0].name = "<script>\"a\" & b";
  EXPECT_THAT(RenderSvg(plot),
              HasSubstr("&lt;script&gt;&quot;a&quot; &amp; b</text>"));
}

}  // namespace
}  // namespace mien
