// SPDX-License-Identifier: Apache-2.0
#include "annotation_json.h"

#include <cstddef>
#include <string>
#include <utility>

#include "core/file.h"
#include "json.h"

namespace mien::cli {
namespace {

Error PictureError(std::size_t idx, const std::string& what) {
  return {ErrorCode::kCorruptData,
          "picture " + std::to_string(idx + 1) + ": " + what};
}

bool IsBox(const Json& json) {
  if (!json.is_array() || json.size() != 4) {
    return false;
  }
  for (const Json& number : json) {
    if (!number.is_number()) {
      return false;
    }
  }
  return true;
}

Result<AnnotatedPicture> ParsePicture(const Json& json, std::size_t idx) {
  if (!json.is_object() || !json.contains("image") ||
      !json["image"].is_string() || !json.contains("boxes") ||
      !json["boxes"].is_array()) {
    return PictureError(idx, "must have \"image\" and \"boxes\"");
  }
  AnnotatedPicture picture{json["image"].get<std::string>(), {}};
  for (const Json& box : json["boxes"]) {
    if (!IsBox(box)) {
      return PictureError(idx, "a box must be [x, y, w, h]");
    }
    const float x = box[0].get<float>();
    const float y = box[1].get<float>();
    picture.boxes.push_back(
        {x, y, x + box[2].get<float>(), y + box[3].get<float>()});
  }
  return picture;
}

/// Which of `num_boxes` boxes a list of indices names.
Result<std::vector<std::uint8_t>> ParseCounts(const Json& json,
                                              std::size_t num_boxes,
                                              std::size_t idx) {
  std::vector<std::uint8_t> counts(num_boxes);
  for (const Json& number : json) {
    if (!number.is_number_unsigned() ||
        number.get<std::size_t>() >= num_boxes) {
      return PictureError(
          idx,
          "lists a box that is not one of its " + std::to_string(num_boxes));
    }
    counts[number.get<std::size_t>()] = 1;
  }
  return counts;
}

/// Names of the settings, as the first picture has them.
std::vector<AnnotationSetting> SettingsOf(const Json& images) {
  std::vector<AnnotationSetting> settings;
  if (!images.empty() && images[0].is_object()) {
    for (const auto& [name, value] : images[0].items()) {
      if (name != "boxes" && value.is_array()) {
        settings.push_back({name, {}});
      }
    }
  }
  return settings;
}

}  // namespace

Result<FaceAnnotations> ParseAnnotationJson(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("images") ||
      !json["images"].is_array()) {
    return Error{ErrorCode::kCorruptData,
                 "must be JSON with a list \"images\""};
  }
  const Json& images = json["images"];
  FaceAnnotations annotations{{}, SettingsOf(images)};
  const bool all_count = annotations.settings.empty();
  if (all_count) {
    annotations.settings.push_back({"all", {}});
  }
  for (std::size_t i = 0; i < images.size(); ++i) {
    MIEN_ASSIGN_OR_RETURN(AnnotatedPicture picture, ParsePicture(images[i], i));
    const std::size_t num_boxes = picture.boxes.size();
    for (AnnotationSetting& setting : annotations.settings) {
      if (all_count) {
        setting.counts.emplace_back(num_boxes, std::uint8_t{1});
        continue;
      }
      if (!images[i].contains(setting.name) ||
          !images[i][setting.name].is_array()) {
        return PictureError(i, "has no list \"" + setting.name + "\"");
      }
      MIEN_ASSIGN_OR_RETURN(std::vector<std::uint8_t> counts,
                            ParseCounts(images[i][setting.name], num_boxes, i));
      setting.counts.push_back(std::move(counts));
    }
    annotations.pictures.push_back(std::move(picture));
  }
  return annotations;
}

Result<FaceAnnotations> LoadAnnotations(const std::filesystem::path& path) {
  MIEN_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_json = first != std::string::npos && text[first] == '{';
  Result<FaceAnnotations> annotations =
      is_json ? ParseAnnotationJson(text) : ParseFaceList(text);
  if (!annotations) {
    return annotations.error().WithContext(path.string());
  }
  if (annotations->pictures.empty()) {
    return Error{ErrorCode::kCorruptData,
                 path.string() + ": names no pictures"};
  }
  return annotations;
}

}  // namespace mien::cli
