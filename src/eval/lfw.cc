// SPDX-License-Identifier: Apache-2.0
#include "eval/lfw.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/parallel.h"
#include "eval/metrics.h"
#include "mien/aligner.h"
#include "mien/image.h"

namespace mien {
namespace {

/// Pictures that go through the network together.
constexpr std::size_t kPicturesPerStep = 8;

/// Embeddings by ListedPicture::Key(); none for a picture that failed.
using Embeddings = std::map<std::string, std::optional<Embedding>>;

/// The chip of the central face, or none.
std::optional<Image> CentralChip(const std::filesystem::path& path,
                                 const Detector& detector,
                                 const ModelContract& contract) {
  const Result<DecodedImage> decoded = LoadImage(path);
  if (!decoded) {
    return std::nullopt;
  }
  const Image& image = decoded->image;
  const Result<std::vector<Detection>> faces = detector.Detect(image);
  if (!faces) {
    return std::nullopt;
  }
  const auto central = CentralFace(*faces, image.width(), image.height());
  if (!central) {
    return std::nullopt;
  }
  Result<Image> chip = CutChip(image, (*faces)[*central], contract);
  return chip ? std::optional(std::move(chip).value()) : std::nullopt;
}

/// Fills in the embeddings of some pictures.
Result<void> EmbedStep(std::span<Embeddings::value_type* const> pictures,
                       const Detector& detector,
                       const Embedder& embedder,
                       const std::filesystem::path& root) {
  std::vector<Image> chips;
  std::vector<std::optional<Embedding>*> owners;
  for (Embeddings::value_type* picture : pictures) {
    std::optional<Image> chip = CentralChip(
        root / (picture->first + ".jpg"), detector, embedder.contract());
    if (chip) {
      chips.push_back(std::move(*chip));
      owners.push_back(&picture->second);
    }
  }
  MIEN_ASSIGN_OR_RETURN(std::vector<Embedding> embeddings,
                        embedder.Embed(chips));
  for (std::size_t i = 0; i < owners.size(); ++i) {
    *owners[i] = std::move(embeddings[i]);
  }
  return {};
}

Embeddings PicturesOf(const PairList& list) {
  Embeddings pictures;
  for (const ListedPair& pair : list.pairs) {
    pictures.try_emplace(pair.a.Key());
    pictures.try_emplace(pair.b.Key());
  }
  return pictures;
}

Result<Embeddings> EmbedAll(const PairList& list,
                            const Detector& detector,
                            const Embedder& embedder,
                            const LfwOptions& options) {
  Embeddings embeddings = PicturesOf(list);
  std::vector<Embeddings::value_type*> pictures;
  for (Embeddings::value_type& picture : embeddings) {
    pictures.push_back(&picture);
  }
  const int total = static_cast<int>(pictures.size());
  const std::size_t num_steps =
      (pictures.size() + kPicturesPerStep - 1) / kPicturesPerStep;
  std::mutex mutex;
  int done = 0;
  Result<void> outcome;
  ParallelFor(static_cast<int>(num_steps), options.num_threads, [&](int step) {
    const auto first = static_cast<std::size_t>(step) * kPicturesPerStep;
    const std::span part = std::span(pictures).subspan(
        first, std::min(kPicturesPerStep, pictures.size() - first));
    const Result<void> embedded =
        EmbedStep(part, detector, embedder, options.root);
    const std::lock_guard lock(mutex);
    if (!embedded) {
      outcome = embedded;
    }
    done += static_cast<int>(part.size());
    if (options.progress) {
      options.progress(done, total);
    }
  });
  MIEN_RETURN_IF_ERROR(outcome);
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

std::optional<std::size_t> CentralFace(std::span<const Detection> faces,
                                       int width,
                                       int height) {
  const auto merit = [&](const Detection& face) {
    const float dx =
        (face.box.x0 + face.box.x1 - static_cast<float>(width)) / 2;
    const float dy =
        (face.box.y0 + face.box.y1 - static_cast<float>(height)) / 2;
    return face.box.area() - 2 * (dx * dx + dy * dy);
  };
  const auto best = std::ranges::max_element(faces, {}, merit);
  if (best == faces.end()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(best - faces.begin());
}

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
