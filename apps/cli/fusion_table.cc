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

void PrintJson(int templates,
               std::span<const OpenSetSearches> searches,
               std::span<const double> fpirs) {
  for (std::size_t f = 0; f < searches.size(); ++f) {
    Json rates = Json::array();
    for (const double fpir : fpirs) {
      const float threshold = searches[f].ThresholdAtFpir(fpir);
      rates.push_back(
          {{"fpir", static_cast<float>(fpir)},
           {"fnir", static_cast<float>(searches[f].FnirAt(threshold))},
           {"threshold", threshold}});
    }
    PrintLine({{"templates", templates},
               {"fusion", std::string(FusionName(kAllFusions.at(f)))},
               {"mated", searches[f].right_first.size()},
               {"non_mated", searches[f].strangers.size()},
               {"rank_1", static_cast<float>(searches[f].RankOneRate())},
               {"rates", std::move(rates)}});
  }
}

void PrintText(int templates,
               std::span<const OpenSetSearches> searches,
               std::span<const double> fpirs) {
  std::printf(
      "\nup to %d templates a person, %zu mated searches\n%-12s  rank-1",
      templates,
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
}

}  // namespace

Result<void> PrintFusionTable(std::span<const LabelledEmbedding> pictures,
                              std::span<const int> templates_per_person,
                              std::span<const double> fpirs,
                              bool json) {
  for (const int templates : templates_per_person) {
    MIEN_ASSIGN_OR_RETURN(
        const auto searches,
        SearchOpenSet(
            pictures, static_cast<std::size_t>(templates), kAllFusions));
    (json ? PrintJson : PrintText)(templates, searches, fpirs);
  }
  return {};
}

}  // namespace mien::cli
