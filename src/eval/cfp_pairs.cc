// SPDX-License-Identifier: Apache-2.0
//
// The folders of Celebrities in Frontal-Profile: Protocol/Pair_list_F.txt and
// Pair_list_P.txt number the pictures ("1 ../Data/Images/001/frontal/01.jpg"),
// Protocol/Split/FF/01/same.txt and its like pair the numbers ("1,2").
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/file.h"
#include "eval/line_fields.h"
#include "eval/pairs.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

/// Paths by number.
using Pictures = std::map<int, std::string>;

Result<Pictures> LoadPictures(const fs::path& file) {
  MIEN_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(file));
  Pictures pictures;
  const std::vector<std::string_view> lines = SplitLines(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::vector<std::string_view> fields = SplitAtBlanks(lines[i]);
    if (fields.empty()) {
      continue;
    }
    const auto number =
        fields.size() == 2 ? ParseCount(fields[0]) : std::nullopt;
    if (!number) {
      return LineError(i, "must be a number and a picture")
          .WithContext(file.string());
    }
    const fs::path path = fs::path("Protocol") / fields[1];
    pictures[*number] = path.lexically_normal().string();
  }
  return pictures;
}

/// Adds the pairs of one same.txt or diff.txt.
Result<void> AppendPairs(const fs::path& file,
                         const Pictures& left,
                         const Pictures& right,
                         const PicturePair& pattern,
                         std::vector<PicturePair>& pairs) {
  MIEN_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(file));
  const std::vector<std::string_view> lines = SplitLines(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::vector<std::string> fields = SplitAtCommas(lines[i]);
    if (fields.size() == 1 && fields[0].empty()) {
      continue;
    }
    const auto a = fields.size() == 2 ? ParseCount(fields[0]) : std::nullopt;
    const auto b = fields.size() == 2 ? ParseCount(fields[1]) : std::nullopt;
    if (!a || !b || !left.contains(*a) || !right.contains(*b)) {
      return LineError(i, "must be two numbers of the picture lists, \"1,2\"")
          .WithContext(file.string());
    }
    PicturePair pair = pattern;
    pair.a = left.at(*a);
    pair.b = right.at(*b);
    pairs.push_back(std::move(pair));
  }
  return {};
}

}  // namespace

Result<PairList> LoadCfpPairs(const fs::path& root, CfpProtocol protocol) {
  const bool profile = protocol == CfpProtocol::kFrontalProfile;
  const fs::path folder = root / "Protocol";
  MIEN_ASSIGN_OR_RETURN(const Pictures frontal,
                        LoadPictures(folder / "Pair_list_F.txt"));
  Pictures right = frontal;
  if (profile) {
    MIEN_ASSIGN_OR_RETURN(right, LoadPictures(folder / "Pair_list_P.txt"));
  }
  const fs::path split = folder / "Split" / (profile ? "FP" : "FF");
  std::error_code error;
  std::vector<fs::path> folds;
  for (const auto& entry : fs::directory_iterator(split, error)) {
    folds.push_back(entry.path());
  }
  if (folds.empty()) {
    return Error{ErrorCode::kNotFound, split.string() + ": holds no folds"};
  }
  std::ranges::sort(folds);
  PairList list{.num_folds = static_cast<int>(folds.size()), .pairs = {}};
  for (std::size_t f = 0; f < folds.size(); ++f) {
    for (const Truth truth : {Truth::kMated, Truth::kNonMated}) {
      const char* name = truth == Truth::kMated ? "same.txt" : "diff.txt";
      MIEN_RETURN_IF_ERROR(AppendPairs(
          folds[f] / name,
          frontal,
          right,
          {.a = "", .b = "", .truth = truth, .fold = static_cast<int>(f)},
          list.pairs));
    }
  }
  return list;
}

}  // namespace mien
