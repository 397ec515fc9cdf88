// SPDX-License-Identifier: Apache-2.0
#include "eval/face_annotations.h"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>

#include "eval/line_fields.h"

namespace mien {
namespace {

/// Most faces believed of one picture; WIDER's fullest shows 1968.
constexpr int kMostFaces = 100'000;

struct ListedFace {
  Box box;
  bool counts = true;
};

std::optional<std::vector<double>> ParseNumbers(std::string_view line) {
  std::vector<double> numbers;
  for (const std::string_view field : SplitAtBlanks(line)) {
    double value = 0.0;
    const auto [end, error] =
        std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc() || end != field.data() + field.size()) {
      return std::nullopt;
    }
    numbers.push_back(value);
  }
  return numbers;
}

/// The upright box around an ellipse of half axes `major` and `minor`, the
/// former at `angle` radians to the x axis.
Box BoxAround(double major, double minor, double angle, double x, double y) {
  const double half_width =
      std::hypot(major * std::cos(angle), minor * std::sin(angle));
  const double half_height =
      std::hypot(major * std::sin(angle), minor * std::cos(angle));
  return {static_cast<float>(x - half_width),
          static_cast<float>(y - half_height),
          static_cast<float>(x + half_width),
          static_cast<float>(y + half_height)};
}

std::optional<ListedFace> ParseFace(std::string_view line) {
  constexpr std::size_t kEllipseFields = 6;
  constexpr std::size_t kInvalidField = 7;
  const auto n = ParseNumbers(line);
  if (!n || n->size() < 4) {
    return std::nullopt;
  }
  if (n->size() == kEllipseFields) {
    return ListedFace{BoxAround((*n)[0], (*n)[1], (*n)[2], (*n)[3], (*n)[4])};
  }
  const Box box = {static_cast<float>((*n)[0]),
                   static_cast<float>((*n)[1]),
                   static_cast<float>((*n)[0] + (*n)[2]),
                   static_cast<float>((*n)[1] + (*n)[3])};
  const bool invalid = n->size() > kInvalidField && (*n)[kInvalidField] != 0.0;
  return ListedFace{box, box.area() > 0.0F && !invalid};
}

}  // namespace

Result<FaceAnnotations> ParseFaceList(std::string_view text) {
  FaceAnnotations annotations;
  AnnotationSetting all{"all", {}};
  const std::vector<std::string_view> lines = SplitLines(text);
  std::size_t at = 0;
  while (at < lines.size()) {
    const std::vector<std::string_view> name = SplitAtBlanks(lines[at]);
    if (name.empty()) {
      ++at;
      continue;
    }
    const auto fields = at + 1 < lines.size() ? SplitAtBlanks(lines[at + 1])
                                              : std::vector<std::string_view>();
    const auto count =
        fields.size() == 1 ? ParseCount(fields[0]) : std::nullopt;
    if (name.size() != 1 || !count || *count > kMostFaces) {
      return LineError(at, "must be a picture, with its number of faces below");
    }
    std::string path(name[0]);
    if (!std::filesystem::path(path).has_extension()) {
      path += ".jpg";
    }
    annotations.pictures.push_back({path, {}});
    all.counts.emplace_back();
    at += 2;
    // WIDER writes one line of zeros below a picture without faces.
    const bool has_filler =
        *count == 0 && at < lines.size() && ParseFace(lines[at]).has_value();
    at += has_filler ? 1 : 0;
    for (int i = 0; i < *count; ++i, ++at) {
      const auto face = at < lines.size() ? ParseFace(lines[at]) : std::nullopt;
      if (!face) {
        return LineError(at, "must be a face, \"x y w h ...\"");
      }
      annotations.pictures.back().boxes.push_back(face->box);
      all.counts.back().push_back(face->counts ? 1 : 0);
    }
  }
  annotations.settings.push_back(std::move(all));
  return annotations;
}

}  // namespace mien
