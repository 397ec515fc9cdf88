// SPDX-License-Identifier: Apache-2.0
#include "eval/pairs.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <set>

#include "core/file.h"
#include "eval/line_fields.h"

namespace mien {
namespace {

using Fields = std::vector<std::string_view>;

/// Longest list accepted; LFW's has 6000.
constexpr int kMaxPairs = 10'000'000;

/// Folds of a list that leaves them to its readers, as of LFW.
constexpr std::size_t kUsualFolds = 10;

/// A number counted from one.
std::optional<int> ParseOrdinal(std::string_view text) {
  const std::optional<int> value = ParseCount(text);
  return value && *value >= 1 ? value : std::nullopt;
}

struct Header {
  int num_folds = 1;
  int pairs_of_each_kind = 0;
};

std::optional<Header> ParseHeader(const Fields& fields) {
  if (fields.empty() || fields.size() > 2) {
    return std::nullopt;
  }
  const std::optional<int> folds =
      fields.size() == 2 ? ParseOrdinal(fields[0]) : 1;
  const std::optional<int> pairs = ParseOrdinal(fields.back());
  if (!folds || !pairs || *pairs > kMaxPairs / 2 / *folds) {
    return std::nullopt;
  }
  return Header{*folds, *pairs};
}

/// "Name/Name_0001.jpg", where LFW keeps picture `number` of `name`.
std::string LfwPath(std::string_view name, int number) {
  char suffix[24];
  std::snprintf(suffix, sizeof(suffix), "_%04d.jpg", number);
  return std::string(name) + "/" + std::string(name) + suffix;
}

std::optional<PicturePair> ParseLfwPair(const Fields& fields, Truth truth) {
  const bool mated = truth == Truth::kMated;
  if (fields.size() != (mated ? 3U : 4U)) {
    return std::nullopt;
  }
  const std::optional<int> a = ParseOrdinal(fields[1]);
  const std::optional<int> b = ParseOrdinal(fields.back());
  const std::string_view other = mated ? fields[0] : fields[2];
  const auto is_path = [](std::string_view name) {
    return name.find('/') != std::string_view::npos;
  };
  if (!a || !b || is_path(fields[0]) || is_path(other)) {
    return std::nullopt;
  }
  return PicturePair{LfwPath(fields[0], *a), LfwPath(other, *b), truth};
}

std::optional<Truth> ParseTruth(std::string_view text) {
  if (text == "1" || text == "true" || text == "True") {
    return Truth::kMated;
  }
  if (text == "0" || text == "false" || text == "False") {
    return Truth::kNonMated;
  }
  return std::nullopt;
}

/// Gives the pairs of `truth` the folds 0 to 9, equally many each and in order.
/// Changes nothing when they cannot be divided.
bool CutIntoFolds(Truth truth, std::vector<PicturePair>& pairs) {
  const auto count = static_cast<std::size_t>(
      std::ranges::count(pairs, truth, &PicturePair::truth));
  if (count == 0 || count % kUsualFolds != 0) {
    return false;
  }
  std::size_t done = 0;
  for (PicturePair& pair : pairs) {
    if (pair.truth == truth) {
      pair.fold = static_cast<int>(done++ / (count / kUsualFolds));
    }
  }
  return true;
}

/// `pairs` in ten folds where both kinds can be divided, or in one.
PairList CutWherePossible(std::vector<PicturePair> pairs) {
  PairList list{.num_folds = 1, .pairs = std::move(pairs)};
  if (CutIntoFolds(Truth::kMated, list.pairs) &&
      CutIntoFolds(Truth::kNonMated, list.pairs)) {
    list.num_folds = static_cast<int>(kUsualFolds);
  } else {
    for (PicturePair& pair : list.pairs) {
      pair.fold = 0;
    }
  }
  return list;
}

/// The list, once every fold has been seen to hold pairs.
Result<PairList> WithFolds(std::vector<PicturePair> pairs) {
  std::set<int> folds;
  for (const PicturePair& pair : pairs) {
    folds.insert(pair.fold);
  }
  const int num_folds = folds.empty() ? 1 : *folds.rbegin() + 1;
  if (!folds.empty() && static_cast<int>(folds.size()) != num_folds) {
    return Error{ErrorCode::kCorruptData,
                 "folds go up to " + std::to_string(num_folds) + ", but only " +
                     std::to_string(folds.size()) + " of them hold pairs"};
  }
  return PairList{.num_folds = num_folds, .pairs = std::move(pairs)};
}

/// How a line of a list looks, by its first lines.
Result<PairList> ParseAnyFormat(std::string_view text) {
  const std::vector<std::string_view> lines = SplitLines(text);
  if (lines.empty()) {
    return LineError(0, "holds no pairs");
  }
  if (lines[0].find(',') != std::string_view::npos) {
    return ParseCsvPairs(text);
  }
  const Fields first = SplitAtBlanks(lines[0]);
  if (ParseHeader(first)) {
    return ParseLfwPairs(text);
  }
  return first.size() == 2 ? ParseTwoLinePairs(text) : ParseTripleLines(text);
}

}  // namespace

Result<PairList> ParseLfwPairs(std::string_view text) {
  const std::vector<std::string_view> lines = SplitLines(text);
  const std::optional<Header> header =
      lines.empty() ? std::nullopt : ParseHeader(SplitAtBlanks(lines[0]));
  if (!header) {
    return LineError(
        0, "must state folds and pairs of each kind, for example \"10 300\"");
  }
  PairList list;
  list.num_folds = header->num_folds;
  const int num_pairs = 2 * header->num_folds * header->pairs_of_each_kind;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const Fields fields = SplitAtBlanks(lines[i]);
    if (fields.empty()) {
      continue;
    }
    const auto done = static_cast<int>(list.pairs.size());
    const Truth truth = done / header->pairs_of_each_kind % 2 == 0
                            ? Truth::kMated
                            : Truth::kNonMated;
    std::optional<PicturePair> pair = ParseLfwPair(fields, truth);
    if (!pair || done == num_pairs) {
      return LineError(i,
                       done == num_pairs
                           ? "more pairs than the first line states"
                       : truth == Truth::kMated
                           ? "must be a mated pair, \"Name 1 4\""
                           : "must be a non-mated pair, \"Name 1 Other 2\"");
    }
    pair->fold = done / header->pairs_of_each_kind / 2;
    list.pairs.push_back(*std::move(pair));
  }
  if (static_cast<int>(list.pairs.size()) != num_pairs) {
    return LineError(lines.size(),
                     "ends after " + std::to_string(list.pairs.size()) +
                         " of " + std::to_string(num_pairs) + " pairs");
  }
  return list;
}

Result<PairList> ParseCsvPairs(std::string_view text) {
  std::vector<PicturePair> pairs;
  const std::vector<std::string_view> lines = SplitLines(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::vector<std::string> fields = SplitAtCommas(lines[i]);
    const bool is_heading = i == 0 && fields.size() >= 3 && fields[2] == "same";
    if (is_heading || (fields.size() == 1 && fields[0].empty())) {
      continue;
    }
    const auto truth =
        fields.size() >= 3 ? ParseTruth(fields[2]) : std::nullopt;
    const auto fold = fields.size() == 4 ? ParseOrdinal(fields[3]) : 1;
    if (!truth || !fold || *fold > kMaxPairs || fields.size() > 4 ||
        fields[0].empty() || fields[1].empty()) {
      return LineError(
          i, "must be `a,b,same` or `a,b,same,fold`, same being 1 or 0");
    }
    pairs.push_back({fields[0], fields[1], *truth, *fold - 1});
  }
  return WithFolds(std::move(pairs));
}

Result<PairList> ParseTwoLinePairs(std::string_view text) {
  std::vector<PicturePair> pairs;
  bool states_folds = false;
  std::optional<std::pair<std::string_view, int>> first;
  const std::vector<std::string_view> lines = SplitLines(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Fields fields = SplitAtBlanks(lines[i]);
    if (fields.empty()) {
      continue;
    }
    const auto number =
        fields.size() == 2 ? ParseCount(fields[1]) : std::nullopt;
    if (!number || *number > kMaxPairs || (first && first->second != *number)) {
      return LineError(i,
                       number && first ? "has another number than the line "
                                         "before, with which it is a pair"
                                       : "must be a picture and a number");
    }
    if (!first) {
      first = {fields[0], *number};
      continue;
    }
    states_folds = states_folds || *number > 1;
    pairs.push_back({std::string(first->first),
                     std::string(fields[0]),
                     *number == 0 ? Truth::kNonMated : Truth::kMated,
                     std::max(*number - 1, 0)});
    first.reset();
  }
  if (first) {
    return LineError(lines.size() - 1, "is half a pair");
  }
  if (!states_folds) {
    return CutWherePossible(std::move(pairs));
  }
  if (!CutIntoFolds(Truth::kNonMated, pairs)) {
    return LineError(lines.size() - 1,
                     "ends a list whose non-mated pairs cannot be divided into "
                     "ten folds");
  }
  return WithFolds(std::move(pairs));
}

Result<PairList> ParseTripleLines(std::string_view text) {
  std::vector<PicturePair> pairs;
  const std::vector<std::string_view> lines = SplitLines(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Fields fields = SplitAtBlanks(lines[i]);
    if (fields.empty()) {
      continue;
    }
    const auto truth =
        fields.size() == 3 ? ParseTruth(fields[2]) : std::nullopt;
    if (!truth) {
      return LineError(i, "must be two pictures and 1 or 0, \"a.jpg b.jpg 1\"");
    }
    pairs.push_back({std::string(fields[0]), std::string(fields[1]), *truth});
  }
  return CutWherePossible(std::move(pairs));
}

Result<PairList> LoadPairs(const std::filesystem::path& path) {
  MIEN_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  Result<PairList> list = ParseAnyFormat(text);
  if (!list) {
    return list.error().WithContext(path.string());
  }
  if (list->pairs.empty()) {
    return Error{ErrorCode::kCorruptData, path.string() + ": holds no pairs"};
  }
  return list;
}

}  // namespace mien
