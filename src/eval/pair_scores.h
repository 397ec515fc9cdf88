// SPDX-License-Identifier: Apache-2.0
//
// From a list of pairs to similarities and cross-validated figures, for any
// method. Depends on detect, align and embed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eval/central_faces.h"
#include "eval/face_method.h"
#include "eval/folds.h"
#include "eval/metrics.h"
#include "eval/pairs.h"
#include "mien/result.h"

namespace mien {

/// How pairs are judged in the folds.
enum class PairProtocol : std::uint8_t {
  /// d = 2 - 2 s of the method's similarity s: the squared distance of unit
  /// vectors.
  kPlain,
  /// facenet's --distance_metric 0 and 1 (Sandberg 2018): the squared distance
  /// of the embeddings, and their angle over pi.
  kSandbergSquared,
  kSandbergAngle,
};

/// Whether the mean embedding of the training folds is taken off before
/// comparing (facenet's --subtract_mean).
enum class MeanSubtraction : std::uint8_t { kNo, kYes };

struct PairScoreOptions {
  PairProtocol protocol = PairProtocol::kPlain;
  MeanSubtraction mean = MeanSubtraction::kNo;
};

/// A pair compared. One that failed has a similarity that is wrong at every
/// threshold: minus infinity when mated, infinity otherwise.
struct Comparison {
  float similarity = 0.0F;
  Truth truth = Truth::kMated;
};

struct FailedPair {
  PicturePair pair;

  /// Why, beginning with the picture's path.
  std::string reason;
};

/// Everything that the pairs of a list come to by one method.
struct PairScores {
  /// In the list's order. In folds, by what was learned on the other folds.
  /// 1 - d / 2 of the protocol's squared distance d, or the cosine of the
  /// angle.
  std::vector<Comparison> comparisons;

  /// Empty for a list without folds.
  std::vector<FoldOutcome> folds;

  /// Of the folds, averaged at equal thresholds. Empty for a list without.
  std::vector<RocPoint> mean_roc;

  /// For a list without folds, the best accuracy on these very pairs.
  std::optional<double> best_accuracy;

  std::vector<FailedPair> failed;
};

/// Descriptions by path as in the list.
using PictureDescriptions = std::map<std::string, Result<Descriptor>>;

/// The pictures that a list names, each once.
std::vector<std::string> PicturesOf(const PairList& list);

/// DescribeCentralFaces() of the pictures of `list` in `root`; answer m belongs
/// to method m.
///
/// Errors:
/// - those of DescribeCentralFaces().
/// - kNotFound: not one picture could be described.
Result<std::vector<PictureDescriptions>> DescribePairs(
    const PairList& list,
    const std::filesystem::path& root,
    std::span<const FaceMethod* const> methods,
    const DescribeOptions& options);

/// Compares all pairs, learning on the other folds what `method` learns. A
/// method that learns needs folds.
///
/// Errors:
/// - kInvalidArgument: a list without folds for something to be learned on, or
///   a fold without pairs.
/// - those of FaceMethod::Learn().
Result<PairScores> ScorePairs(const PairList& list,
                              const PictureDescriptions& descriptions,
                              const FaceMethod& method,
                              const PairScoreOptions& options);

/// The figures over all comparisons. Failed ones count as errors at every
/// threshold.
struct VerificationFigures {
  std::size_t num_mated = 0;
  std::size_t num_non_mated = 0;
  std::vector<RocPoint> roc;
  std::optional<double> auc;
  std::optional<double> eer;

  /// 1 - FNMR at a false match rate of 1e-2 and 1e-3; the literature's TAR.
  std::optional<double> tmr_at_fmr_1e2;
  std::optional<double> tmr_at_fmr_1e3;

  /// At 1e-1, 1e-2, 1e-3, 1e-4, as far as there are comparisons to tell.
  std::vector<FnmrAtFmr> fnmr_at_fmr;
};

VerificationFigures FiguresOf(std::span<const Comparison> comparisons);

}  // namespace mien
