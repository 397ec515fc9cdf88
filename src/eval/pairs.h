// SPDX-License-Identifier: Apache-2.0
//
// Lists of pairs of pictures: what is compared, whether both show one person,
// and in which fold of a cross-validation the pair is. The formats are those in
// which the public sets are published.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "mien/result.h"

namespace mien {

enum class Truth : std::uint8_t { kNonMated, kMated };

/// Two pictures, as paths relative to the folder that the list belongs to.
struct PicturePair {
  std::string a;
  std::string b;
  Truth truth = Truth::kMated;

  /// In [0, num_folds).
  int fold = 0;

  friend bool operator==(const PicturePair&, const PicturePair&) = default;
};

/// Pairs in file order. No fold is empty.
struct PairList {
  /// One: the list states no folds, so there is nothing to cross-validate on.
  int num_folds = 1;
  std::vector<PicturePair> pairs;
};

/// Parses the `pairs.txt` of LFW (Huang et al. 2007). The first line states
/// folds and pairs of each kind per fold ("10 300"; a lone number means one
/// fold); then per fold first the mated pairs ("Name 1 4" for
/// Name/Name_0001.jpg and Name/Name_0004.jpg), then the non-mated ("Name 1
/// Other 2").
///
/// Errors, here and below:
/// - kCorruptData: names the line and what is wrong with it.
Result<PairList> ParseLfwPairs(std::string_view text);

/// Parses lines `a,b,same` or `a,b,same,fold`: two paths, 1 or 0 (also true or
/// false), and a fold counted from 1. A first line `a,b,same...` is skipped.
Result<PairList> ParseCsvPairs(std::string_view text);

/// Parses the lists of CALFW (Zheng et al. 2017) and CPLFW (Zheng and Deng
/// 2018): a picture and a number per line, two lines a pair. 0 stands for a
/// non-mated pair; other numbers for a mated one, and when they go beyond 1,
/// for its fold. Where the number says no fold, the mated and the non-mated
/// pairs are cut into ten equal parts, in order.
Result<PairList> ParseTwoLinePairs(std::string_view text);

/// Parses lines "a b 1" and "a b 0", as lists of AgeDB-30 and CFP-FP come; cut
/// into ten parts as above where both kinds can be divided by ten.
Result<PairList> ParseTripleLines(std::string_view text);

/// The list in the file at `path`, in the format that its first lines have.
/// Errors begin with the path.
Result<PairList> LoadPairs(const std::filesystem::path& path);

enum class CfpProtocol : std::uint8_t { kFrontalFrontal, kFrontalProfile };

/// The pairs of Celebrities in Frontal-Profile (Sengupta et al. 2016) in the
/// folder `root` that holds `Protocol` and `Data`: the folds of
/// Protocol/Split/FF or FP. Paths are relative to `root`.
///
/// Errors:
/// - kNotFound: a file of the protocol, by its path.
/// - kCorruptData: names file and line.
Result<PairList> LoadCfpPairs(const std::filesystem::path& root,
                              CfpProtocol protocol);

}  // namespace mien
