// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/file.h"
#include "mien/detector.h"

namespace mien {

/// A picture and the faces that a reference implementation found in it.
struct GoldenPicture {
  std::string image;  ///< path below shared/data
  std::vector<Detection> faces;
};

/// The folder beside the repository that holds reference data.
inline std::filesystem::path SharedFolder() {
  return std::filesystem::path(MIEN_SOURCE_DIR) / ".." / "shared";
}

/// The pictures of shared/data/golden/`file`.
inline std::vector<GoldenPicture> ReadGoldenFaces(const std::string& file) {
  const auto text = ReadTextFile(SharedFolder() / "data" / "golden" / file);
  const auto json = nlohmann::json::parse(text.value());
  std::vector<GoldenPicture> pictures;
  for (const auto& entry : json.at("pictures")) {
    GoldenPicture picture;
    picture.image = entry.at("image");
    for (const auto& face : entry.at("faces")) {
      const auto& box = face.at("box");
      Detection detection = {.box = {box[0], box[1], box[2], box[3]},
                             .score = face.at("score"),
                             .landmarks = {}};
      for (std::size_t i = 0; i < detection.landmarks.size(); ++i) {
        const auto& point = face.at("landmarks")[i];
        detection.landmarks[i] = {point[0], point[1]};
      }
      picture.faces.push_back(detection);
    }
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

}  // namespace mien
