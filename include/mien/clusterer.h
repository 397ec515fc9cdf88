// SPDX-License-Identifier: Apache-2.0
//
// Groups faces that nobody has named into people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mien/identifier.h"
#include "mien/model.h"
#include "mien/result.h"

namespace mien {

/// How faces are grouped; docs/clustering.md compares them.
enum class ClusterAlgorithm : std::uint8_t {
  /// Agglomerative clustering by average linkage (UPGMA; Sokal and Michener
  /// 1958): the two groups with the highest mean cosine similarity between
  /// their members become one, until no two reach the threshold.
  kAverageLinkage,

  /// Chinese Whispers (Biemann 2006, "Chinese Whispers: an efficient graph
  /// clustering algorithm", TextGraphs): faces that reach the threshold are
  /// neighbours, and each face takes over the label that most of its
  /// neighbours, weighted by similarity, have. The order is random but always
  /// the same. Of a face's neighbours the 256 most similar count.
  kChineseWhispers,
};

/// "average-linkage" or "chinese-whispers".
std::string_view ClusterAlgorithmName(ClusterAlgorithm algorithm);

/// How faces are grouped. All fields have working defaults.
struct ClusterOptions {
  ClusterAlgorithm algorithm = ClusterAlgorithm::kAverageLinkage;

  /// Cosine similarity in [-1, 1] from which two faces, or the faces of two
  /// groups on average, count as one person; see ChooseClusterThreshold().
  float threshold = 0.4F;

  /// Threads for one call, >= 1.
  int num_threads = 1;

  /// Checks every field against its range.
  ///
  /// Errors:
  /// - kInvalidArgument: names the first field out of range.
  [[nodiscard]] Result<void> Validate() const;
};

/// How much a model without calibration asks for beyond the threshold of a
/// single comparison: that stands for an FMR near 1e-3, and hundreds of faces
/// need one near 1e-4, which published models reach 0.07 to 0.1 higher.
inline constexpr float kUncalibratedClusterMargin = 0.1F;

/// The share of faces that ChooseClusterThreshold() lets look like one of the
/// others by chance: nearly the best for 100 to 7,700 pictures of LFW
/// (docs/clustering.md).
inline constexpr double kClusterFpir = 0.05;

/// Chooses ClusterOptions::threshold, `match` of the answer, for `num_faces`
/// faces: of faces that are alone in showing their person, the share `fpir` in
/// (0, 1) is as similar to one of the others. That is identification in a
/// gallery of the other faces, so the threshold is that of ChooseThresholds()
/// in mien/identifier.h. Without a calibration it is the threshold of a single
/// comparison plus kUncalibratedClusterMargin.
///
/// Errors:
/// - kInvalidArgument: `fpir` is out of its range.
Result<IdentifyThresholds> ChooseClusterThreshold(const ModelContract& contract,
                                                  double fpir,
                                                  std::size_t num_faces);

/// The faces to group. What the spans point to must outlive it.
struct FaceSet {
  /// [n, dimension], each of length 1.
  std::span<const float> embeddings;
  int dimension = 0;

  /// [n], a number for the picture that each face is in. Two faces of one
  /// picture are two people and never come into one group.
  std::span<const int> picture_of_face;
};

/// The group of each face: 0 for the largest, of equally large ones for that
/// with the earliest face, and so on without a gap. Same input, same answer.
///
/// Time grows with n^2: 10,000 faces of dimension 512 take seconds on one core
/// (docs/clustering.md). Memory grows with n.
///
/// Errors:
/// - kInvalidArgument: `options` fail Validate(), the sizes do not fit
///   together, or an embedding is not of length 1.
///
/// Thread safety: may run concurrently.
Result<std::vector<int>> ClusterFaces(const FaceSet& faces,
                                      const ClusterOptions& options = {});

}  // namespace mien
