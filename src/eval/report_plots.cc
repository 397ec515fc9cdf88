// SPDX-License-Identifier: Apache-2.0
#include "eval/report_plots.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mien {
namespace {

constexpr std::size_t kNumBins = 80;

/// The power of ten at or below the smallest positive value; 0.1 for none.
template <typename Rate>
double LowestDecade(std::span<const NamedRoc> methods, const Rate& rate) {
  double lowest = 1.0;
  for (const NamedRoc& method : methods) {
    for (const RocPoint& point : method.roc) {
      if (rate(point) > 1e-9) {
        lowest = std::min(lowest, rate(point));
      }
    }
  }
  return std::min(0.1, std::pow(10.0, std::floor(std::log10(lowest))));
}

/// Where the ROC's axis begins: near the lowest rate of accepted mated pairs
/// that is shown, so that good methods can be told apart.
double LowestTmr(std::span<const NamedRoc> methods) {
  double lowest = 1.0;
  for (const NamedRoc& method : methods) {
    for (const RocPoint& point : method.roc) {
      if (point.fmr > 0.0) {
        lowest = std::min(lowest, point.tmr);
      }
    }
  }
  for (const double low : {0.98, 0.9, 0.5}) {
    if (lowest > low) {
      return low;
    }
  }
  return 0.0;
}

double FmrOf(const RocPoint& point) { return point.fmr; }

double FnmrOf(const RocPoint& point) { return 1.0 - point.tmr; }

std::string Legend(const NamedRoc& method) {
  return method.name + ", n = " + std::to_string(method.num_comparisons);
}

template <typename Y>
std::vector<PlotSeries> Curves(std::span<const NamedRoc> methods, const Y& y) {
  std::vector<PlotSeries> series;
  for (const NamedRoc& method : methods) {
    PlotSeries curve{Legend(method), {}};
    for (const RocPoint& point : method.roc) {
      curve.points.push_back({point.fmr, y(point)});
    }
    series.push_back(std::move(curve));
  }
  return series;
}

PlotAxis FmrAxis(std::span<const NamedRoc> methods) {
  return {.label = "false match rate (FMR)",
          .scale = AxisScale::kLog,
          .low = LowestDecade(methods, FmrOf),
          .high = 1.0};
}

/// The outline of a histogram, a step for each bin.
PlotSeries Outline(std::string name,
                   std::span<const float> values,
                   float low,
                   float high) {
  PlotSeries series{std::move(name), {}, SeriesStyle::kArea};
  const std::vector<std::size_t> counts =
      Histogram(values, low, high, kNumBins);
  const double width = static_cast<double>(high - low) / kNumBins;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double share =
        static_cast<double>(counts[i]) /
        static_cast<double>(std::max<std::size_t>(values.size(), 1));
    const double left =
        static_cast<double>(low) + static_cast<double>(i) * width;
    series.points.push_back({left, share});
    series.points.push_back({left + width, share});
  }
  return series;
}

std::vector<float> FiniteOf(std::span<const float> values) {
  std::vector<float> finite;
  std::ranges::copy_if(values, std::back_inserter(finite), [](float value) {
    return std::isfinite(value);
  });
  return finite;
}

}  // namespace

Plot RocPlot(std::span<const NamedRoc> methods) {
  return {.title = "Receiver operating characteristic (ROC)",
          .x = FmrAxis(methods),
          .y = {.label = "1 - FNMR", .low = LowestTmr(methods), .high = 1.0},
          .series =
              Curves(methods, [](const RocPoint& point) { return point.tmr; })};
}

Plot DetPlot(std::span<const NamedRoc> methods) {
  return {.title = "Detection error trade-off (DET)",
          .x = FmrAxis(methods),
          .y = {.label = "false non-match rate (FNMR)",
                .scale = AxisScale::kLog,
                .low = LowestDecade(methods, FnmrOf),
                .high = 1.0},
          .series = Curves(methods, FnmrOf)};
}

Plot SimilarityHistogram(std::span<const NamedSimilarities> methods) {
  Plot plot{.title = "Similarities",
            .x = {.label = "similarity"},
            .y = {.label = "share of the comparisons", .low = 0.0}};
  float low = 1.0F;
  float high = -1.0F;
  for (const NamedSimilarities& method : methods) {
    for (const auto* values : {&method.mated, &method.non_mated}) {
      for (const float value : FiniteOf(*values)) {
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
  }
  if (!(low < high)) {
    low = -1.0F;
    high = 1.0F;
  }
  for (const NamedSimilarities& method : methods) {
    const std::pair<const char*, const std::vector<float>*> kinds[] = {
        {"mated", &method.mated}, {"non-mated", &method.non_mated}};
    for (const auto& [kind, values] : kinds) {
      const std::vector<float> finite = FiniteOf(*values);
      plot.series.push_back(Outline(
          method.name + ", " + kind + ", n = " + std::to_string(finite.size()),
          finite,
          low,
          high));
    }
  }
  return plot;
}

std::string RocCsv(std::span<const NamedRoc> methods) {
  constexpr int kDigits = 9;
  std::string csv = "method,threshold,fmr,fnmr\n";
  for (const NamedRoc& method : methods) {
    std::string name = method.name;
    std::ranges::replace_if(
        name, [](char c) { return c == ',' || c == '"' || c == '\n'; }, ' ');
    for (const RocPoint& point : method.roc) {
      csv += name + "," +
             NumberText(static_cast<double>(point.threshold), kDigits) + "," +
             NumberText(point.fmr, kDigits) + "," +
             NumberText(FnmrOf(point), kDigits) + "\n";
    }
  }
  return csv;
}

}  // namespace mien
