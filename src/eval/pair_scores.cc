// SPDX-License-Identifier: Apache-2.0
#include "eval/pair_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <set>
#include <utility>

#include "mien/embedding.h"

namespace mien {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Descriptors by path, of the pictures that have one.
using Known = std::map<std::string, Descriptor>;

double SquaredDistance(std::span<const float> a, std::span<const float> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference =
        static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += difference * difference;
  }
  return sum;
}

double DistanceOf(std::span<const float> a,
                  std::span<const float> b,
                  const FaceMethod& method,
                  PairProtocol protocol) {
  switch (protocol) {
    case PairProtocol::kSandbergSquared:
      return SquaredDistance(a, b);
    case PairProtocol::kSandbergAngle:
      return std::acos(std::clamp(
                 static_cast<double>(CosineSimilarity(a, b)), -1.0, 1.0)) /
             std::numbers::pi;
    case PairProtocol::kPlain:
      break;
  }
  return 2.0 - 2.0 * static_cast<double>(method.Similarity(a, b));
}

/// The similarity of which a distance came; infinite for a failed pair.
float SimilarityOf(double distance, PairProtocol protocol) {
  if (protocol == PairProtocol::kSandbergAngle && std::isfinite(distance)) {
    return static_cast<float>(std::cos(distance * std::numbers::pi));
  }
  return static_cast<float>(1.0 - distance / 2.0);
}

/// All pairs, judged on `known`; those with an unknown picture have failed.
std::vector<Judged> JudgePairs(const PairList& list,
                               const Known& known,
                               const FaceMethod& method,
                               PairProtocol protocol) {
  std::vector<Judged> judged;
  for (const PicturePair& pair : list.pairs) {
    const auto a = known.find(pair.a);
    const auto b = known.find(pair.b);
    double distance = pair.truth == Truth::kMated ? kInfinity : -kInfinity;
    if (a != known.end() && b != known.end()) {
      distance = DistanceOf(a->second, b->second, method, protocol);
    }
    judged.push_back({distance, pair.truth, pair.fold});
  }
  return judged;
}

Known Project(const Known& known, const LinearProjection& projection) {
  Known projected;
  for (const auto& [path, descriptor] : known) {
    projected.emplace(path, projection.Apply(descriptor));
  }
  return projected;
}

/// Descriptors of both pictures of every pair outside of `fold`: as often as
/// they are in pairs, as facenet's mean counts them.
std::vector<const Descriptor*> TrainingPairs(const PairList& list,
                                             const Known& known,
                                             int fold) {
  std::vector<const Descriptor*> training;
  for (const PicturePair& pair : list.pairs) {
    for (const std::string* path : {&pair.a, &pair.b}) {
      const auto found = known.find(*path);
      if (pair.fold != fold && found != known.end()) {
        training.push_back(&found->second);
      }
    }
  }
  return training;
}

/// The training pictures once each, without those that `fold` shows too.
std::vector<const Descriptor*> TrainingPictures(const PairList& list,
                                                const Known& known,
                                                int fold) {
  std::set<std::string> elsewhere;
  std::set<std::string> in_fold;
  for (const PicturePair& pair : list.pairs) {
    std::set<std::string>& paths = pair.fold == fold ? in_fold : elsewhere;
    paths.insert(pair.a);
    paths.insert(pair.b);
  }
  std::vector<const Descriptor*> training;
  for (const std::string& path : elsewhere) {
    const auto found = known.find(path);
    if (!in_fold.contains(path) && found != known.end()) {
      training.push_back(&found->second);
    }
  }
  return training;
}

/// The pairs as `fold` is to be judged: projected by what is learned elsewhere.
/// None when nothing is learned, so that all folds are judged alike.
Result<std::optional<std::vector<Judged>>> JudgeForFold(
    const PairList& list,
    const Known& known,
    const FaceMethod& method,
    const PairScoreOptions& options,
    int fold) {
  MIEN_ASSIGN_OR_RETURN(std::optional<LinearProjection> learned,
                        method.Learn(TrainingPictures(list, known, fold)));
  const bool centre = options.mean == MeanSubtraction::kYes;
  if (!learned && !centre) {
    return std::optional<std::vector<Judged>>();
  }
  Known projected = learned ? Project(known, *learned) : known;
  if (centre) {
    const LinearProjection mean = {
        .mean = MeanOf(TrainingPairs(list, projected, fold)), .rows = {}};
    projected = Project(projected, mean);
  }
  return std::optional(JudgePairs(list, projected, method, options.protocol));
}

std::vector<FailedPair> FailedPairs(const PairList& list,
                                    const PictureDescriptions& descriptions) {
  std::vector<FailedPair> failed;
  for (const PicturePair& pair : list.pairs) {
    for (const std::string* path : {&pair.a, &pair.b}) {
      const auto found = descriptions.find(*path);
      if (found == descriptions.end() || !found->second) {
        failed.push_back({pair,
                          found == descriptions.end()
                              ? *path + ": not described"
                              : found->second.error().message});
        break;
      }
    }
  }
  return failed;
}

Known KnownOf(const PictureDescriptions& descriptions) {
  Known known;
  for (const auto& [path, descriptor] : descriptions) {
    if (descriptor) {
      known.emplace(path, *descriptor);
    }
  }
  return known;
}

}  // namespace

std::vector<std::string> PicturesOf(const PairList& list) {
  std::set<std::string> paths;
  for (const PicturePair& pair : list.pairs) {
    paths.insert(pair.a);
    paths.insert(pair.b);
  }
  return {paths.begin(), paths.end()};
}

Result<std::vector<PictureDescriptions>> DescribePairs(
    const PairList& list,
    const std::filesystem::path& root,
    std::span<const FaceMethod* const> methods,
    const DescribeOptions& options) {
  const std::vector<std::string> names = PicturesOf(list);
  std::vector<std::filesystem::path> paths;
  for (const std::string& name : names) {
    paths.push_back(root / name);
  }
  MIEN_ASSIGN_OR_RETURN(std::vector<Descriptions> found,
                        DescribeCentralFaces(paths, methods, options));
  std::vector<PictureDescriptions> described(methods.size());
  for (std::size_t m = 0; m < methods.size(); ++m) {
    if (std::ranges::none_of(found[m], &Result<Descriptor>::has_value)) {
      return Error{ErrorCode::kNotFound,
                   root.string() + ": no face in any picture named there; " +
                       found[m].front().error().message};
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      described[m].emplace(names[i], std::move(found[m][i]));
    }
  }
  return described;
}

Result<PairScores> ScorePairs(const PairList& list,
                              const PictureDescriptions& descriptions,
                              const FaceMethod& method,
                              const PairScoreOptions& options) {
  const Known known = KnownOf(descriptions);
  const std::vector<Judged> plain =
      JudgePairs(list, known, method, options.protocol);
  PairScores scores;
  scores.failed = FailedPairs(list, descriptions);
  std::vector<double> distances;
  for (const Judged& pair : plain) {
    distances.push_back(pair.distance);
  }
  if (list.num_folds < 2) {
    MIEN_ASSIGN_OR_RETURN(const auto learned,
                          JudgeForFold(list, known, method, options, -1));
    if (learned) {
      return Error{
          ErrorCode::kInvalidArgument,
          method.name() + " learns on other folds, but the list states none"};
    }
    scores.best_accuracy = BestAccuracy(plain);
  }
  std::vector<std::vector<RocPoint>> curves;
  for (int fold = 0; list.num_folds >= 2 && fold < list.num_folds; ++fold) {
    MIEN_ASSIGN_OR_RETURN(const auto learned,
                          JudgeForFold(list, known, method, options, fold));
    const std::vector<Judged>& judged = learned ? *learned : plain;
    constexpr double kFalseAcceptRate = 1e-3;
    scores.folds.push_back(JudgeFold(judged, fold, kFalseAcceptRate));
    curves.push_back(FoldRoc(judged, fold));
    for (std::size_t i = 0; i < judged.size(); ++i) {
      if (judged[i].fold == fold) {
        distances[i] = judged[i].distance;
      }
    }
  }
  scores.mean_roc = MeanRoc(curves);
  for (std::size_t i = 0; i < list.pairs.size(); ++i) {
    scores.comparisons.push_back(
        {SimilarityOf(distances[i], options.protocol), list.pairs[i].truth});
  }
  return scores;
}

VerificationFigures FiguresOf(std::span<const Comparison> comparisons) {
  std::vector<float> mated;
  std::vector<float> non_mated;
  for (const Comparison& comparison : comparisons) {
    (comparison.truth == Truth::kMated ? mated : non_mated)
        .push_back(comparison.similarity);
  }
  VerificationFigures figures;
  figures.num_mated = mated.size();
  figures.num_non_mated = non_mated.size();
  figures.roc = RocCurve(mated, non_mated);
  figures.auc = AreaUnderRoc(figures.roc);
  figures.eer = EqualErrorRate(figures.roc);
  figures.tmr_at_fmr_1e2 = TrueMatchRateAt(figures.roc, 1e-2);
  figures.tmr_at_fmr_1e3 = TrueMatchRateAt(figures.roc, 1e-3);
  for (const double fmr : {1e-1, 1e-2, 1e-3, 1e-4}) {
    if (const auto at =
            FnmrAt(figures.roc, fmr, mated.size(), non_mated.size())) {
      figures.fnmr_at_fmr.push_back(*at);
    }
  }
  return figures;
}

}  // namespace mien
