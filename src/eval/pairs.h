// SPDX-License-Identifier: Apache-2.0
//
// The pair lists of Labeled Faces in the Wild (Huang et al. 2007): which
// pictures are compared, in folds, and the cross-validated accuracy over them.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mien/result.h"

namespace mien {

enum class Truth : std::uint8_t { kNonMated, kMated };

/// A picture of a list: number `number` of `subject`.
struct ListedPicture {
  std::string subject;
  int number = 1;

  /// "Name/Name_0001", the file's path in LFW without its ending.
  [[nodiscard]] std::string Key() const;

  friend auto operator<=>(const ListedPicture&, const ListedPicture&) = default;
};

struct ListedPair {
  ListedPicture a;
  ListedPicture b;
  Truth truth = Truth::kMated;
};

/// Pairs in file order; fold f is the f-th of num_folds equal parts.
struct PairList {
  int num_folds = 1;
  std::vector<ListedPair> pairs;
};

/// Parses a `pairs.txt`. The first line states folds and pairs of each kind per
/// fold ("10 300"; a lone number means one fold); then per fold first the mated
/// pairs ("Name 1 4"), then the non-mated ("Name 1 Other 2").
///
/// Errors:
/// - kCorruptData: names the line and what is wrong with it.
Result<PairList> ParsePairs(std::string_view text);

/// ParsePairs() of the file at `path`; errors begin with the path.
Result<PairList> LoadPairs(const std::filesystem::path& path);

/// A comparison made: how alike, and what is true. A comparison that failed
/// carries a similarity that is wrong at every threshold: minus infinity when
/// mated, infinity otherwise.
struct Comparison {
  float cosine_similarity = 0.0F;
  Truth truth = Truth::kMated;
};

/// The accuracy on each fold at the threshold that is best on all others, as in
/// facenet (Sandberg 2018, src/lfw.py): thresholds on the squared distance
/// d = 2 - 2 cos from 0 to 4 in steps of 0.01, the lowest of the best, one
/// person when d < threshold.
///
/// Errors:
/// - kInvalidArgument: fewer than two folds, or not equally many pairs in each.
Result<std::vector<double>> FoldAccuracies(
    std::span<const Comparison> comparisons, int num_folds);

}  // namespace mien
