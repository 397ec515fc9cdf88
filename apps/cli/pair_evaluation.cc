// SPDX-License-Identifier: Apache-2.0
#include "pair_evaluation.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "eval/eigenfaces.h"
#include "eval/lbp.h"
#include "mien/precision.h"
#include "models.h"
#include "pair_report.h"
#include "progress.h"

namespace mien::cli {
namespace {

bool IsSandberg(const PairArguments& arguments) {
  return arguments.protocol == "davidsandberg";
}

/// The models and methods that the arguments name.
struct Contestants {
  std::unique_ptr<Detector> detector;  // null for pictures that are chips
  LoadedEmbedder network;              // null when no method asks for it
  std::vector<std::unique_ptr<FaceMethod>> methods;
};

Result<Contestants> LoadContestants(const PairArguments& arguments) {
  Contestants contestants;
  CommonOptions common = arguments.common;
  const bool append = IsSandberg(arguments) && common.flip;
  if (append) {
    common.flip = false;  // appended here, not averaged by the embedder
  }
  if (!arguments.aligned) {
    MIEN_ASSIGN_OR_RETURN(contestants.detector, LoadDetector(common, 1));
  }
  if (std::ranges::find(arguments.methods, "network") !=
      arguments.methods.end()) {
    MIEN_ASSIGN_OR_RETURN(contestants.network, LoadEmbedder(common, 1));
  }
  for (const std::string& method : arguments.methods) {
    if (method == "lbp") {
      contestants.methods.push_back(std::make_unique<LbpMethod>());
    } else if (method == "eigenfaces") {
      contestants.methods.push_back(std::make_unique<EigenfaceMethod>());
    } else {
      contestants.methods.push_back(std::make_unique<NetworkMethod>(
          *contestants.network.embedder,
          contestants.network.path.stem().string(),
          append ? MirrorAppending::kYes : MirrorAppending::kNo));
    }
  }
  return contestants;
}

PairScoreOptions ScoreOptionsOf(const PairArguments& arguments) {
  PairScoreOptions options;
  if (IsSandberg(arguments)) {
    options.protocol = arguments.distance_metric == 1
                           ? PairProtocol::kSandbergAngle
                           : PairProtocol::kSandbergSquared;
    options.mean =
        arguments.subtract_mean ? MeanSubtraction::kYes : MeanSubtraction::kNo;
  }
  return options;
}

std::string ProtocolText(const PairArguments& arguments) {
  const std::string pictures = arguments.aligned
                                   ? "aligned pictures"
                                   : "original pictures, central face";
  if (!IsSandberg(arguments)) {
    return "plain, " + pictures;
  }
  return "davidsandberg/facenet, distance metric " +
         std::to_string(arguments.distance_metric) +
         (arguments.subtract_mean ? ", mean subtracted" : "") +
         (arguments.common.flip ? ", mirrored appended" : "") + ", " + pictures;
}

MethodOutcome Summary(const FaceMethod& method,
                      const std::string& kind,
                      PairScores scores,
                      bool of_mean_curve) {
  MethodOutcome outcome;
  outcome.method = kind;
  outcome.name = method.name();
  outcome.id = method.id();
  outcome.figures = FiguresOf(scores.comparisons);
  outcome.auc = outcome.figures.auc;
  outcome.eer = outcome.figures.eer;
  if (of_mean_curve && !scores.mean_roc.empty()) {
    outcome.auc = AreaUnderRoc(scores.mean_roc);
    outcome.eer = EqualErrorRate(scores.mean_roc);
  }
  std::vector<double> accuracies;
  for (const FoldOutcome& fold : scores.folds) {
    accuracies.push_back(fold.accuracy);
  }
  const MeanAndDeviation accuracy =
      Summarize(accuracies)
          .value_or(MeanAndDeviation{scores.best_accuracy.value_or(0.0), 0.0});
  outcome.accuracy = accuracy.mean;
  outcome.accuracy_deviation = accuracy.deviation;
  outcome.scores = std::move(scores);
  return outcome;
}

}  // namespace

Result<PairOutcome> EvaluatePairs(const PairList& list,
                                  const std::string& set,
                                  const PairArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const Contestants contestants,
                        LoadContestants(arguments));
  std::vector<const FaceMethod*> methods;
  for (const auto& method : contestants.methods) {
    methods.push_back(method.get());
  }
  PairOutcome outcome{
      .set = set,
      .protocol = ProtocolText(arguments),
      .detector = contestants.detector ? contestants.detector->name() : "none",
      .precision = "",
      .num_folds = list.num_folds,
      .methods = {}};
  if (contestants.network.embedder) {
    outcome.precision =
        PrecisionName(contestants.network.embedder->precision());
  }
  std::optional<Progress> progress;
  progress.emplace(static_cast<int>(PicturesOf(list).size()),
                   Progress::Stdout::kQuiet);
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<PictureDescriptions> described,
      DescribePairs(
          list,
          arguments.root,
          methods,
          {.detector = contestants.detector.get(),
           .num_threads = arguments.common.NumThreads(),
           .progress = [&](int done, int) { progress->Update(done); }}));
  progress.reset();
  for (std::size_t m = 0; m < methods.size(); ++m) {
    MIEN_ASSIGN_OR_RETURN(
        PairScores scores,
        ScorePairs(list, described[m], *methods[m], ScoreOptionsOf(arguments)));
    outcome.methods.push_back(Summary(*methods[m],
                                      arguments.methods[m],
                                      std::move(scores),
                                      IsSandberg(arguments)));
  }
  return outcome;
}

Result<ExitCode> RunPairEvaluation(const Result<PairList>& list,
                                   const std::string& set,
                                   const PairArguments& arguments) {
  const Result<PairOutcome> outcome = list
                                          ? EvaluatePairs(*list, set, arguments)
                                          : Result<PairOutcome>(list.error());
  if (!outcome) {
    PrintError(outcome.error());
    return ExitCodeOfInput(outcome.error());
  }
  PrintPairOutcome(*outcome, arguments.common.json);
  if (!arguments.report.empty()) {
    MIEN_RETURN_IF_ERROR(WritePairReport(*outcome, arguments.report));
  }
  return ExitCode::kDone;
}

void AddPairFlags(CLI::App& command, PairArguments& arguments) {
  command.add_option("--root", arguments.root, "Folder of the pictures")
      ->required()
      ->type_name("DIR");
  command
      .add_option("--method",
                  arguments.methods,
                  "network, lbp or eigenfaces; may repeat, for a table")
      ->check(CLI::IsMember({"network", "lbp", "eigenfaces"}))
      ->capture_default_str()
      ->type_name("NAME");
  command
      .add_option("--protocol",
                  arguments.protocol,
                  "plain, or davidsandberg as facenet measures")
      ->check(CLI::IsMember({"plain", "davidsandberg"}))
      ->capture_default_str()
      ->type_name("NAME");
  command
      .add_option("--distance-metric",
                  arguments.distance_metric,
                  "Of davidsandberg: 0 squared distance, 1 angle")
      ->check(CLI::IsMember({0, 1}))
      ->capture_default_str()
      ->type_name("N");
  command.add_flag("--subtract-mean",
                   arguments.subtract_mean,
                   "Of davidsandberg: take the training folds' mean off");
  command.add_flag("--aligned",
                   arguments.aligned,
                   "The pictures are chips already: no detection");
  command
      .add_option("--report",
                  arguments.report,
                  "Write report.html, plots, roc.csv and report.json here")
      ->type_name("DIR");
  AddDetectorFlags(command, arguments.common);
  AddEmbedderFlags(command, arguments.common);
  AddGeneralFlags(command, arguments.common);
}

}  // namespace mien::cli
