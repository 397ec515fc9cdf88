// SPDX-License-Identifier: Apache-2.0
#include "fusion_table.h"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "gallery/fusion.h"
#include "json.h"

namespace mien::cli {
namespace {

/// What was found with so many templates, for each of kAllFusions.
struct FusedSearches {
  int templates = 1;
  std::vector<OpenSetSearches> searches;

  /// By half of the people, of the other half; see CheckCalibration().
  std::vector<std::vector<PromisedRate>> promised;
};

void PrintJson(const FusedSearches& fused, std::span<const double> fpirs) {
  const auto& searches = fused.searches;
  for (std::size_t f = 0; f < searches.size(); ++f) {
    Json rates = Json::array();
    for (std::size_t i = 0; i < fpirs.size(); ++i) {
      const float threshold = searches[f].ThresholdAtFpir(fpirs[i]);
      const PromisedRate& promised = fused.promised[f][i];
      rates.push_back(
          {{"fpir", static_cast<float>(fpirs[i])},
           {"fnir", static_cast<float>(searches[f].FnirAt(threshold))},
           {"threshold", threshold},
           {"calibrated_fpir", static_cast<float>(promised.measured_fpir)},
           {"calibrated_fnir", static_cast<float>(promised.measured_fnir)},
           {"calibrated_threshold", promised.thresholds.match}});
    }
    PrintLine({{"templates", fused.templates},
               {"fusion", std::string(FusionName(kAllFusions.at(f)))},
               {"mated", searches[f].right_first.size()},
               {"non_mated", searches[f].strangers.size()},
               {"rank_1", static_cast<float>(searches[f].RankOneRate())},
               {"rates", std::move(rates)}});
  }
}

void PrintText(const FusedSearches& fused, std::span<const double> fpirs) {
  const auto& searches = fused.searches;
  std::printf(
      "\nup to %d templates a person, %zu mated searches\n%-12s  rank-1",
      fused.templates,
      searches.front().right_first.size(),
      "  fused by");
  for (const double fpir : fpirs) {
    std::printf("  FNIR at %-6g", fpir);
  }
  std::printf("\n");
  for (std::size_t f = 0; f < searches.size(); ++f) {
    std::printf("  %-11s %.4f",
                std::string(FusionName(kAllFusions.at(f))).c_str(),
                searches[f].RankOneRate());
    for (const double fpir : fpirs) {
      const float threshold = searches[f].ThresholdAtFpir(fpir);
      std::printf("  %.4f (%.3f)",
                  searches[f].FnirAt(threshold),
                  static_cast<double>(threshold));
    }
    std::printf("\n");
  }
  std::printf("\ncalibrated on the other half of the people\n%-12s",
              "  fused by");
  for (const double fpir : fpirs) {
    std::printf("  FPIR for %-6g", fpir);
  }
  std::printf("\n");
  for (std::size_t f = 0; f < searches.size(); ++f) {
    std::printf("  %-11s", std::string(FusionName(kAllFusions.at(f))).c_str());
    for (const PromisedRate& promised : fused.promised[f]) {
      std::printf(" %.4f (%.3f)",
                  promised.measured_fpir,
                  static_cast<double>(promised.thresholds.match));
    }
    std::printf("\n");
  }
}

}  // namespace

Result<void> PrintFusionTable(std::span<const LabelledEmbedding> pictures,
                              std::span<const int> templates_per_person,
                              std::span<const double> fpirs,
                              bool json) {
  for (const int templates : templates_per_person) {
    const auto count = static_cast<std::size_t>(templates);
    FusedSearches fused;
    fused.templates = templates;
    MIEN_ASSIGN_OR_RETURN(fused.searches,
                          SearchOpenSet(pictures, count, kAllFusions));
    MIEN_ASSIGN_OR_RETURN(
        fused.promised, CheckCalibration(pictures, fpirs, count, kAllFusions));
    (json ? PrintJson : PrintText)(fused, fpirs);
  }
  return {};
}

}  // namespace mien::cli
