// SPDX-License-Identifier: Apache-2.0
#include "eval/lfw.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "eval/central_faces.h"
#include "eval/metrics.h"

namespace mien {
namespace {

/// Embeddings by ListedPicture::Key(); none for a picture that failed.
using Embeddings = std::map<std::string, std::optional<Embedding>>;

Result<Embeddings> EmbedAll(const PairList& list,
                            const Detector& detector,
                            const Embedder& embedder,
                            const LfwOptions& options) {
  Embeddings embeddings;
  for (const ListedPair& pair : list.pairs) {
    embeddings.try_emplace(pair.a.Key());
    embeddings.try_emplace(pair.b.Key());
  }
  std::vector<std::filesystem::path> pictures;
  for (const auto& [key, none] : embeddings) {
    pictures.push_back(options.root / (key + ".jpg"));
  }
  MIEN_ASSIGN_OR_RETURN(
      auto found,
      EmbedCentralFaces(
          pictures, detector, embedder, options.num_threads, options.progress));
  auto next = found.begin();
  for (auto& [key, embedding] : embeddings) {
    embedding = std::move(*next++);
  }
  return embeddings;
}

/// The comparison of a pair, or none when a picture failed.
Result<std::optional<float>> Compare(const ListedPair& pair,
                                     const Embeddings& embeddings) {
  const std::optional<Embedding>& a = embeddings.at(pair.a.Key());
  const std::optional<Embedding>& b = embeddings.at(pair.b.Key());
  if (!a || !b) {
    return std::optional<float>();
  }
  MIEN_ASSIGN_OR_RETURN(const float similarity, CosineSimilarity(*a, *b));
  return std::optional(similarity);
}

float WrongSimilarity(Truth truth) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  return truth == Truth::kMated ? -kInfinity : kInfinity;
}

/// The lowest threshold at which at most `fmr` are accepted.
std::optional<float> ThresholdAt(std::span<const RocPoint> roc, double fmr) {
  std::optional<float> threshold;
  for (const RocPoint& point : roc) {
    if (point.fmr <= fmr) {
      threshold = point.threshold;
    }
  }
  return threshold;
}

Result<LfwReport> Report(const std::vector<Comparison>& comparisons,
                         int num_folds,
                         int num_failed) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<double> folds,
                        FoldAccuracies(comparisons, num_folds));
  std::vector<float> mated;
  std::vector<float> non_mated;
  for (const Comparison& comparison : comparisons) {
    (comparison.truth == Truth::kMated ? mated : non_mated)
        .push_back(comparison.cosine_similarity);
  }
  const std::vector<RocPoint> roc = RocCurve(mated, non_mated);
  const MeanAndDeviation accuracy =
      Summarize(folds).value_or(MeanAndDeviation{});
  return LfwReport{.num_pairs = static_cast<int>(comparisons.size()),
                   .num_failed = num_failed,
                   .accuracy = accuracy.mean,
                   .accuracy_deviation = accuracy.deviation,
                   .auc = AreaUnderRoc(roc),
                   .eer = EqualErrorRate(roc),
                   .tmr_at_fmr_1e2 = TrueMatchRateAt(roc, 1e-2),
                   .tmr_at_fmr_1e3 = TrueMatchRateAt(roc, 1e-3),
                   .threshold_at_fmr_1e3 = ThresholdAt(roc, 1e-3)};
}

}  // namespace

Result<LfwReport> EvaluateLfw(const Detector& detector,
                              const Embedder& embedder,
                              const LfwOptions& options) {
  MIEN_ASSIGN_OR_RETURN(const PairList list, LoadPairs(options.pairs));
  MIEN_ASSIGN_OR_RETURN(const Embeddings embeddings,
                        EmbedAll(list, detector, embedder, options));
  if (std::ranges::none_of(embeddings, [](const auto& picture) {
        return picture.second.has_value();
      })) {
    return Error{ErrorCode::kNotFound,
                 options.root.string() +
                     ": no face in any picture named there, such as " +
                     embeddings.begin()->first + ".jpg"};
  }
  std::vector<Comparison> comparisons;
  int num_failed = 0;
  for (const ListedPair& pair : list.pairs) {
    MIEN_ASSIGN_OR_RETURN(const std::optional<float> similarity,
                          Compare(pair, embeddings));
    num_failed += similarity ? 0 : 1;
    comparisons.push_back(
        {similarity.value_or(WrongSimilarity(pair.truth)), pair.truth});
  }
  return Report(comparisons, list.num_folds, num_failed);
}

}  // namespace mien
