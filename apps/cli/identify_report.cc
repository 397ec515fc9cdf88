// SPDX-License-Identifier: Apache-2.0
#include "identify_report.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "eval/axis_ticks.h"
#include "eval/report_page.h"
#include "eval/report_plots.h"
#include "report_folder.h"

namespace mien::cli {
namespace {

/// Ranks that the CMC shows.
constexpr int kMostRanks = 20;

std::vector<double> CmcOf(const OpenSetSearches& searches) {
  return CumulativeMatches(searches.ranks,
                           std::min(kMostRanks, searches.num_enrolled));
}

Plot CmcPlot(const IdentifyOutcome& outcome) {
  const std::vector<double> shares = CmcOf(outcome.searches);
  PlotSeries series{
      outcome.model + ", n = " + std::to_string(outcome.searches.ranks.size()) +
          " searches among " + std::to_string(outcome.searches.num_enrolled),
      {}};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    series.points.push_back({static_cast<double>(i + 1), shares[i]});
  }
  return {.title = "Cumulative match characteristic (CMC)",
          .x = {.label = "rank", .low = 1.0},
          .y = {.label = "share of mated searches with the person so far up",
                .high = 1.0},
          .series = {std::move(series)}};
}

Plot FnirPlot(std::span<const NamedRoc> curves) {
  Plot plot = DetPlot(curves);
  plot.title = "Open-set identification";
  plot.x.label = "false positive identification rate (FPIR)";
  plot.y.label = "false negative identification rate (FNIR)";
  return plot;
}

Plot ScorePlot(const IdentifyOutcome& outcome) {
  const std::vector<NamedSimilarities> similarities = {
      {outcome.model,
       outcome.searches.right_first,
       outcome.searches.strangers}};
  Plot plot = SimilarityHistogram(similarities);
  plot.title = "Similarity of the most similar person";
  plot.y.label = "share of the searches";
  return plot;
}

ReportTable RateTable(const IdentifyOutcome& outcome) {
  ReportTable table{
      "FNIR at fixed FPIR",
      "Thresholds of these very searches; and of a calibration on half of the "
      "people, with what it comes to among the other half.",
      {"FPIR", "FNIR", "threshold", "calibrated threshold", "FPIR", "FNIR"},
      {}};
  for (const PromisedRate& rate : outcome.promised) {
    const float threshold = outcome.searches.ThresholdAtFpir(rate.stated_fpir);
    table.rows.push_back(
        {NumberText(rate.stated_fpir),
         RateText(outcome.searches.FnirAt(threshold)),
         RateText(static_cast<double>(threshold)),
         RateText(static_cast<double>(rate.thresholds.match)) +
             (rate.thresholds.is_extrapolated ? " (extrapolated)" : ""),
         RateText(rate.measured_fpir),
         RateText(rate.measured_fnir)});
  }
  return table;
}

ReportTable RankTable(const IdentifyOutcome& outcome) {
  ReportTable table{"Rank", "", {"rank", "share of mated searches"}, {}};
  const std::vector<double> shares = CmcOf(outcome.searches);
  for (const std::size_t rank : {1U, 2U, 5U, 10U, 20U}) {
    if (rank <= shares.size()) {
      table.rows.push_back({std::to_string(rank), RateText(shares[rank - 1])});
    }
  }
  return table;
}

ReportContent ContentOf(const IdentifyOutcome& outcome) {
  const OpenSetSearches& searches = outcome.searches;
  ReportContent content;
  content.title = "Open-set identification";
  content.summary = std::to_string(searches.num_enrolled) +
                    " people enrolled with one picture; " +
                    std::to_string(searches.right_first.size()) +
                    " searches for them and " +
                    std::to_string(searches.strangers.size()) +
                    " by people who are not enrolled.";
  content.facts = {
      {"detector", outcome.detector},
      {outcome.model, outcome.model_id},
      {"pictures that could not be used", std::to_string(outcome.num_failed)}};
  content.tables = {RateTable(outcome), RankTable(outcome)};
  return content;
}

}  // namespace

Json IdentifyJson(const IdentifyOutcome& outcome) {
  const OpenSetSearches& searches = outcome.searches;
  Json rates = Json::array();
  for (const PromisedRate& rate : outcome.promised) {
    const float threshold = searches.ThresholdAtFpir(rate.stated_fpir);
    rates.push_back(
        {{"fpir", static_cast<float>(rate.stated_fpir)},
         {"fnir", static_cast<float>(searches.FnirAt(threshold))},
         {"threshold", threshold},
         {"calibrated_threshold", rate.thresholds.match},
         {"calibrated_fpir", static_cast<float>(rate.measured_fpir)},
         {"calibrated_fnir", static_cast<float>(rate.measured_fnir)},
         {"extrapolated", rate.thresholds.is_extrapolated}});
  }
  Json cmc = Json::array();
  for (const double share : CmcOf(searches)) {
    cmc.push_back(static_cast<float>(share));
  }
  return {{"protocol", "open set, one picture enrolled"},
          {"enrolled", searches.num_enrolled},
          {"mated", searches.right_first.size()},
          {"non_mated", searches.strangers.size()},
          {"failed", outcome.num_failed},
          {"rank_1", static_cast<float>(searches.RankOneRate())},
          {"rates", std::move(rates)},
          {"cmc", std::move(cmc)}};
}

Result<void> WriteIdentifyReport(const IdentifyOutcome& outcome,
                                 const std::filesystem::path& folder) {
  MIEN_ASSIGN_OR_RETURN(const ReportFolder files, ReportFolder::Create(folder));
  const std::vector<RocPoint> roc = FnirOverFpir(outcome.searches);
  const std::vector<NamedRoc> curves = {
      {outcome.model,
       outcome.searches.right_first.size() + outcome.searches.strangers.size(),
       roc}};
  MIEN_RETURN_IF_ERROR(files.WriteJson("report.json", IdentifyJson(outcome)));
  std::string csv = RocCsv(curves);
  csv.replace(0, csv.find('\n'), "method,threshold,fpir,fnir");
  MIEN_RETURN_IF_ERROR(files.WriteText("roc.csv", csv));
  MIEN_ASSIGN_OR_RETURN(std::string det,
                        files.WritePlot("det.svg", FnirPlot(curves)));
  MIEN_ASSIGN_OR_RETURN(std::string cmc,
                        files.WritePlot("cmc.svg", CmcPlot(outcome)));
  MIEN_ASSIGN_OR_RETURN(std::string histogram,
                        files.WritePlot("histogram.svg", ScorePlot(outcome)));
  ReportContent content = ContentOf(outcome);
  content.figures = {
      {std::move(det),
       "How many enrolled people are not named, over how many strangers are "
       "given a name by the same threshold. Down and to the left is better."},
      {std::move(cmc),
       "How far down the list of candidates the right person stands, without "
       "any threshold."},
      {std::move(histogram),
       "Mated: searches that found the right person first. Non-mated: "
       "strangers."}};
  return files.WriteText("report.html", RenderReportPage(content));
}

}  // namespace mien::cli
