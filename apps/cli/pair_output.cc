// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <optional>
#include <string>

#include "json.h"
#include "pair_evaluation.h"
#include "pair_report.h"

namespace mien::cli {
namespace {

Json FnmrJson(const VerificationFigures& figures) {
  Json rates = Json::array();
  for (const FnmrAtFmr& at : figures.fnmr_at_fmr) {
    rates.push_back({{"fmr", static_cast<float>(at.fmr)},
                     {"measured_fmr", static_cast<float>(at.measured_fmr)},
                     {"fnmr", static_cast<float>(at.fnmr)},
                     {"fnmr_low", static_cast<float>(at.interval.low)},
                     {"fnmr_high", static_cast<float>(at.interval.high)},
                     {"threshold", at.threshold}});
  }
  return rates;
}

/// The threshold at `fmr`, if that was measured.
std::optional<double> ThresholdAt(const VerificationFigures& figures,
                                  double fmr) {
  for (const FnmrAtFmr& at : figures.fnmr_at_fmr) {
    if (at.fmr == fmr) {
      return static_cast<double>(at.threshold);
    }
  }
  return std::nullopt;
}

void PrintText(const PairOutcome& outcome, const MethodOutcome& method) {
  std::printf("%s, %s\n", outcome.set.c_str(), outcome.protocol.c_str());
  std::printf("pairs     %zu, %zu failed, %d %s\n",
              method.scores.comparisons.size(),
              method.scores.failed.size(),
              outcome.num_folds,
              outcome.num_folds == 1 ? "fold" : "folds");
  std::printf("detector  %s\nmethod    %s (%s)\n",
              outcome.detector.c_str(),
              method.name.c_str(),
              method.id.c_str());
  if (method.scores.best_accuracy) {
    std::printf("accuracy  %.4f at the best threshold for these pairs\n",
                method.accuracy);
  } else {
    std::printf(
        "accuracy  %.4f +- %.4f\n", method.accuracy, method.accuracy_deviation);
  }
  std::printf("AUC       %.5f\nEER       %.4f\n",
              method.auc.value_or(0.0),
              method.eer.value_or(0.0));
  if (const auto val = ValidationOf(method.scores)) {
    std::printf("VAL       %.4f +- %.4f at FAR %.5f\n",
                val->rate.mean,
                val->rate.deviation,
                val->false_accept_rate);
  }
  std::printf("\n   FMR     FNMR  95 %% (Wilson)     similarity\n");
  for (const FnmrAtFmr& at : method.figures.fnmr_at_fmr) {
    std::printf("%6g   %.4f  %.4f to %.4f  %9.3f\n",
                at.fmr,
                at.fnmr,
                at.interval.low,
                at.interval.high,
                static_cast<double>(at.threshold));
  }
  for (const FailedPair& failed : method.scores.failed) {
    std::fprintf(stderr,
                 "mien: not compared: %s, %s: %s\n",
                 failed.pair.a.c_str(),
                 failed.pair.b.c_str(),
                 failed.reason.c_str());
  }
}

void PrintTable(const PairOutcome& outcome) {
  std::printf("%s, %s, detector %s\n%zu pairs in %d folds\n\n",
              outcome.set.c_str(),
              outcome.protocol.c_str(),
              outcome.detector.c_str(),
              outcome.methods.front().scores.comparisons.size(),
              outcome.num_folds);
  std::printf("%-24s %-17s %8s %7s  %12s %12s %7s\n",
              "method",
              "accuracy",
              "AUC",
              "EER",
              "FNMR@FMR1e-2",
              "FNMR@FMR1e-3",
              "failed");
  for (const MethodOutcome& method : outcome.methods) {
    std::printf("%-24s %.4f +- %.4f  %8.5f %7.4f  %12.4f %12.4f %7zu\n",
                method.name.c_str(),
                method.accuracy,
                method.accuracy_deviation,
                method.auc.value_or(0.0),
                method.eer.value_or(0.0),
                1.0 - method.figures.tmr_at_fmr_1e2.value_or(0.0),
                1.0 - method.figures.tmr_at_fmr_1e3.value_or(0.0),
                method.scores.failed.size());
  }
}

}  // namespace

std::optional<Validation> ValidationOf(const PairScores& scores) {
  std::vector<double> rates;
  double far = 0.0;
  for (const FoldOutcome& fold : scores.folds) {
    rates.push_back(fold.validation_rate);
    far += fold.false_accept_rate / static_cast<double>(scores.folds.size());
  }
  const auto summary = Summarize(rates);
  return summary ? std::optional(Validation{*summary, far}) : std::nullopt;
}

Json MethodJson(const PairOutcome& outcome, const MethodOutcome& method) {
  const auto val = ValidationOf(method.scores);
  const auto number = [](double value) {
    return Json(static_cast<float>(value));
  };
  return {{"protocol", outcome.set + ", " + outcome.protocol},
          {"pairs", method.scores.comparisons.size()},
          {"failed", method.scores.failed.size()},
          {"accuracy", number(method.accuracy)},
          {"accuracy_std", number(method.accuracy_deviation)},
          {"auc", NumberOrNull(method.auc)},
          {"eer", NumberOrNull(method.eer)},
          {"tar_at_far_1e-2", NumberOrNull(method.figures.tmr_at_fmr_1e2)},
          {"tar_at_far_1e-3", NumberOrNull(method.figures.tmr_at_fmr_1e3)},
          {"threshold_at_far_1e-3",
           NumberOrNull(ThresholdAt(method.figures, 1e-3))},
          {"detector", outcome.detector},
          {"model", method.id},
          {"method", method.method},
          {"folds", outcome.num_folds},
          {"val_at_far_1e-3", val ? number(val->rate.mean) : Json()},
          {"val_std", val ? number(val->rate.deviation) : Json()},
          {"val_far", val ? number(val->false_accept_rate) : Json()},
          {"fnmr_at_fmr", FnmrJson(method.figures)}};
}

void PrintPairOutcome(const PairOutcome& outcome, bool json) {
  if (json) {
    for (const MethodOutcome& method : outcome.methods) {
      PrintLine(MethodJson(outcome, method));
    }
  } else if (outcome.methods.size() == 1) {
    PrintText(outcome, outcome.methods.front());
  } else {
    PrintTable(outcome);
  }
}

}  // namespace mien::cli
