// SPDX-License-Identifier: Apache-2.0
#include "eval/pairs.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

#include "core/file.h"

namespace mien {
namespace {

using Fields = std::vector<std::string_view>;

/// Longest list accepted; LFW's has 6000.
constexpr int kMaxPairs = 10'000'000;

Fields SplitAtBlanks(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r";
  Fields fields;
  for (std::size_t at = line.find_first_not_of(kBlanks);
       at != std::string_view::npos;
       at = line.find_first_not_of(kBlanks, at)) {
    const std::size_t end =
        std::min(line.find_first_of(kBlanks, at), line.size());
    fields.push_back(line.substr(at, end - at));
    at = end;
  }
  return fields;
}

std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::optional<int> ParseCount(std::string_view text) {
  int value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1) {
    return std::nullopt;
  }
  return value;
}

Error LineError(std::size_t line_idx, std::string_view what) {
  return {ErrorCode::kCorruptData,
          "line " + std::to_string(line_idx + 1) + ": " + std::string(what)};
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
      fields.size() == 2 ? ParseCount(fields[0]) : 1;
  const std::optional<int> pairs = ParseCount(fields.back());
  if (!folds || !pairs || *pairs > kMaxPairs / 2 / *folds) {
    return std::nullopt;
  }
  return Header{*folds, *pairs};
}

std::optional<ListedPair> ParsePair(const Fields& fields, Truth truth) {
  const bool mated = truth == Truth::kMated;
  if (fields.size() != (mated ? 3U : 4U)) {
    return std::nullopt;
  }
  const std::optional<int> a = ParseCount(fields[1]);
  const std::optional<int> b = ParseCount(fields.back());
  const std::string_view other = mated ? fields[0] : fields[2];
  const auto is_path = [](std::string_view name) {
    return name.find('/') != std::string_view::npos;
  };
  if (!a || !b || is_path(fields[0]) || is_path(other)) {
    return std::nullopt;
  }
  return ListedPair{
      {std::string(fields[0]), *a}, {std::string(other), *b}, truth};
}

// Squared distances 0.00, 0.01, ... 4.00, as facenet's np.arange(0, 4, 0.01).
constexpr int kNumThresholds = 400;
constexpr double kThresholdStep = 0.01;

using CorrectCounts = std::array<int, kNumThresholds>;

/// How many of `comparisons` are decided rightly, per threshold.
CorrectCounts CountCorrect(std::span<const Comparison> comparisons) {
  CorrectCounts correct = {};
  for (const Comparison& comparison : comparisons) {
    const double distance =
        2.0 - 2.0 * static_cast<double>(comparison.cosine_similarity);
    for (int t = 0; t < kNumThresholds; ++t) {
      const bool accepted = distance < t * kThresholdStep;
      correct[static_cast<std::size_t>(t)] +=
          accepted == (comparison.truth == Truth::kMated) ? 1 : 0;
    }
  }
  return correct;
}

}  // namespace

std::string ListedPicture::Key() const {
  char suffix[16];
  std::snprintf(suffix, sizeof(suffix), "_%04d", number);
  return subject + "/" + subject + suffix;
}

Result<PairList> ParsePairs(std::string_view text) {
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
    const std::optional<ListedPair> pair = ParsePair(fields, truth);
    if (!pair || done == num_pairs) {
      return LineError(i,
                       done == num_pairs
                           ? "more pairs than the first line states"
                       : truth == Truth::kMated
                           ? "must be a mated pair, \"Name 1 4\""
                           : "must be a non-mated pair, \"Name 1 Other 2\"");
    }
    list.pairs.push_back(*pair);
  }
  if (static_cast<int>(list.pairs.size()) != num_pairs) {
    return LineError(lines.size(),
                     "ends after " + std::to_string(list.pairs.size()) +
                         " of " + std::to_string(num_pairs) + " pairs");
  }
  return list;
}

Result<PairList> LoadPairs(const std::filesystem::path& path) {
  MIEN_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  Result<PairList> list = ParsePairs(text);
  if (!list) {
    return list.error().WithContext(path.string());
  }
  return list;
}

Result<std::vector<double>> FoldAccuracies(
    std::span<const Comparison> comparisons, int num_folds) {
  const auto folds = static_cast<std::size_t>(num_folds);
  if (num_folds < 2 || comparisons.empty() || comparisons.size() % folds != 0) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(comparisons.size()) + " pairs in " +
                     std::to_string(num_folds) +
                     " folds; needs two or more folds of equal size"};
  }
  const std::size_t fold_size = comparisons.size() / folds;
  std::vector<CorrectCounts> correct;
  CorrectCounts total = {};
  for (std::size_t f = 0; f < folds; ++f) {
    correct.push_back(
        CountCorrect(comparisons.subspan(f * fold_size, fold_size)));
    std::ranges::transform(total, correct.back(), total.begin(), std::plus<>());
  }
  std::vector<double> accuracies;
  for (const CorrectCounts& fold : correct) {
    CorrectCounts others;
    std::ranges::transform(total, fold, others.begin(), std::minus<>());
    const auto best = std::ranges::max_element(others) - others.begin();
    accuracies.push_back(
        static_cast<double>(fold[static_cast<std::size_t>(best)]) /
        static_cast<double>(fold_size));
  }
  return accuracies;
}

}  // namespace mien
