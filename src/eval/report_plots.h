// SPDX-License-Identifier: Apache-2.0
//
// The plots of an evaluation's report, from its figures.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "eval/metrics.h"
#include "eval/plot_svg.h"

namespace mien {

/// The error rates of one method, for a legend "name, n = 6000".
struct NamedRoc {
  std::string name;
  std::size_t num_comparisons = 0;
  std::span<const RocPoint> roc;
};

/// 1 - FNMR over FMR, which is logarithmic from the smallest rate that the
/// comparisons can show. The upper axis begins at 0, 0.5, 0.9 or 0.98, below
/// all curves.
Plot RocPlot(std::span<const NamedRoc> methods);

/// FNMR over FMR, both logarithmic (ISO/IEC 19795-1, detection error
/// trade-off). Rates of 0 lie at the axes' lower ends.
Plot DetPlot(std::span<const NamedRoc> methods);

/// The similarities of one method, failed comparisons left out.
struct NamedSimilarities {
  std::string name;
  std::vector<float> mated;
  std::vector<float> non_mated;
};

/// For each method the distributions of mated and of non-mated similarities,
/// each as a share of its own number.
Plot SimilarityHistogram(std::span<const NamedSimilarities> methods);

/// Lines `method,threshold,fmr,fnmr` after a heading, strictest threshold
/// first.
std::string RocCsv(std::span<const NamedRoc> methods);

}  // namespace mien
