// SPDX-License-Identifier: Apache-2.0
#include "pair_report.h"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "eval/axis_ticks.h"
#include "eval/report_page.h"
#include "eval/report_plots.h"
#include "report_folder.h"

namespace mien::cli {
namespace {

Json ReportJson(const PairOutcome& outcome) {
  Json methods = Json::array();
  for (const MethodOutcome& method : outcome.methods) {
    Json one = MethodJson(outcome, method);
    Json folds = Json::array();
    for (const FoldOutcome& fold : method.scores.folds) {
      folds.push_back({{"accuracy", static_cast<float>(fold.accuracy)},
                       {"threshold", static_cast<float>(fold.threshold)},
                       {"val", static_cast<float>(fold.validation_rate)},
                       {"far", static_cast<float>(fold.false_accept_rate)}});
    }
    one["per_fold"] = std::move(folds);
    Json failed = Json::array();
    for (const FailedPair& pair : method.scores.failed) {
      failed.push_back({{"a", pair.pair.a},
                        {"b", pair.pair.b},
                        {"same", pair.pair.truth == Truth::kMated},
                        {"reason", pair.reason}});
    }
    one["failed_pairs"] = std::move(failed);
    methods.push_back(std::move(one));
  }
  return {{"set", outcome.set},
          {"protocol", outcome.protocol},
          {"detector", outcome.detector},
          {"precision", outcome.precision},
          {"confidence", "95 %, Wilson"},
          {"methods", std::move(methods)}};
}

ReportTable FiguresTable(const PairOutcome& outcome) {
  ReportTable table{"Verification",
                    outcome.num_folds > 1
                        ? "Accuracy and VAL are means and deviations over the "
                          "folds, thresholds chosen on the others."
                        : "The list has no folds: the accuracy is that of the "
                          "best threshold for these very pairs.",
                    {"method", "accuracy", "AUC", "EER", "VAL at FAR 0.001"},
                    {}};
  for (const MethodOutcome& method : outcome.methods) {
    const auto val = ValidationOf(method.scores);
    table.rows.push_back(
        {method.name,
         RateText(method.accuracy) + " ± " +
             RateText(method.accuracy_deviation),
         RateText(method.auc),
         RateText(method.eer),
         val ? RateText(val->rate.mean) + " ± " + RateText(val->rate.deviation)
             : "-"});
  }
  return table;
}

ReportTable FnmrTable(const PairOutcome& outcome) {
  ReportTable table{
      "FNMR at fixed FMR",
      "95 % confidence intervals of the FNMR after Wilson, as if the "
      "comparisons were independent and the threshold given. A rate that "
      "fewer than one non-mated comparison stands for is left out.",
      {"method", "FMR", "FNMR", "95 % from", "to", "similarity"},
      {}};
  for (const MethodOutcome& method : outcome.methods) {
    for (const FnmrAtFmr& at : method.figures.fnmr_at_fmr) {
      table.rows.push_back({method.name,
                            NumberText(at.fmr),
                            RateText(at.fnmr),
                            RateText(at.interval.low),
                            RateText(at.interval.high),
                            RateText(static_cast<double>(at.threshold))});
    }
  }
  return table;
}

ReportTable FoldTable(const PairOutcome& outcome) {
  ReportTable table{"Accuracy of each fold", "", {"fold"}, {}};
  for (const MethodOutcome& method : outcome.methods) {
    table.columns.push_back(method.name);
  }
  for (int fold = 0; fold < outcome.num_folds; ++fold) {
    std::vector<std::string> row = {std::to_string(fold + 1)};
    for (const MethodOutcome& method : outcome.methods) {
      row.push_back(RateText(
          method.scores.folds[static_cast<std::size_t>(fold)].accuracy));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

ReportTable FailedTable(const PairOutcome& outcome) {
  ReportTable table{"Pairs that could not be compared",
                    "They count as errors at every threshold.",
                    {"pair", "method", "reason"},
                    {}};
  for (const MethodOutcome& method : outcome.methods) {
    for (const FailedPair& failed : method.scores.failed) {
      table.rows.push_back({failed.pair.a + " and " + failed.pair.b,
                            method.name,
                            failed.reason});
    }
  }
  if (table.rows.empty()) {
    table.note = "None: all pairs were compared.";
  }
  return table;
}

std::vector<NamedRoc> CurvesOf(const PairOutcome& outcome) {
  std::vector<NamedRoc> curves;
  for (const MethodOutcome& method : outcome.methods) {
    curves.push_back(
        {method.name, method.scores.comparisons.size(), method.figures.roc});
  }
  return curves;
}

std::vector<NamedSimilarities> SimilaritiesOf(const PairOutcome& outcome) {
  std::vector<NamedSimilarities> all;
  for (const MethodOutcome& method : outcome.methods) {
    NamedSimilarities similarities{method.name, {}, {}};
    for (const Comparison& comparison : method.scores.comparisons) {
      (comparison.truth == Truth::kMated ? similarities.mated
                                         : similarities.non_mated)
          .push_back(comparison.similarity);
    }
    all.push_back(std::move(similarities));
  }
  return all;
}

ReportContent ContentOf(const PairOutcome& outcome) {
  const MethodOutcome& first = outcome.methods.front();
  ReportContent content;
  content.title = outcome.set;
  content.summary = std::to_string(first.figures.num_mated) + " mated and " +
                    std::to_string(first.figures.num_non_mated) +
                    " non-mated comparisons. Protocol: " + outcome.protocol +
                    ".";
  content.facts = {{"detector", outcome.detector}};
  for (const MethodOutcome& method : outcome.methods) {
    content.facts.emplace_back(method.name, method.id);
  }
  if (!outcome.precision.empty()) {
    content.facts.emplace_back("precision", outcome.precision);
  }
  content.facts.emplace_back("folds", std::to_string(outcome.num_folds));
  content.tables = {FiguresTable(outcome), FnmrTable(outcome)};
  if (outcome.num_folds > 1) {
    content.appendix.push_back(FoldTable(outcome));
  }
  content.appendix.push_back(FailedTable(outcome));
  return content;
}

}  // namespace

Result<void> WritePairReport(const PairOutcome& outcome,
                             const std::filesystem::path& folder) {
  MIEN_ASSIGN_OR_RETURN(const ReportFolder files, ReportFolder::Create(folder));
  const std::vector<NamedRoc> curves = CurvesOf(outcome);
  ReportContent content = ContentOf(outcome);
  MIEN_RETURN_IF_ERROR(files.WriteJson("report.json", ReportJson(outcome)));
  MIEN_RETURN_IF_ERROR(files.WriteText("roc.csv", RocCsv(curves)));
  MIEN_ASSIGN_OR_RETURN(std::string roc,
                        files.WritePlot("roc.svg", RocPlot(curves)));
  MIEN_ASSIGN_OR_RETURN(std::string det,
                        files.WritePlot("det.svg", DetPlot(curves)));
  MIEN_ASSIGN_OR_RETURN(
      std::string histogram,
      files.WritePlot("histogram.svg",
                      SimilarityHistogram(SimilaritiesOf(outcome))));
  content.figures = {
      {std::move(roc),
       "The share of mated pairs accepted, over the share of non-mated pairs "
       "accepted by the same threshold. Up and to the left is better."},
      {std::move(det),
       "The same as error rates: down and to the left is better. Equal error "
       "rates lie where both axes agree."},
      {std::move(histogram),
       "How alike mated and non-mated pairs are. The less the two overlap, the "
       "better they can be told apart."}};
  return files.WriteText("report.html", RenderReportPage(content));
}

}  // namespace mien::cli
