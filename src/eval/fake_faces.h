// SPDX-License-Identifier: Apache-2.0
//
// A detector and an embedder for tests, whose answers can be told in advance.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "mien/detector.h"
#include "mien/embedder.h"
#include "mien/image.h"

namespace mien {

/// Finds one face that fills the picture, unless the picture is black.
class WholePictureDetector final : public Detector {
 public:
  Result<std::vector<Detection>> Detect(const Image& image) const override {
    if (image.pixels()[0] < 10) {
      return std::vector<Detection>();
    }
    Detection face;
    face.box = {0,
                0,
                static_cast<float>(image.width()),
                static_cast<float>(image.height())};
    return std::vector<Detection>{face};
  }

  [[nodiscard]] bool has_landmarks() const override { return false; }

  [[nodiscard]] std::string name() const override { return "whole"; }
};

/// Grey level g of the first pixel becomes the direction at g degrees.
class LevelEmbedder final : public Embedder {
 public:
  LevelEmbedder() {
    contract_.name = "levels";
    contract_.id = "levels-1";
    contract_.chip_template = ChipTemplate::kFacenetMargin;
    contract_.input_width = 8;
    contract_.input_height = 8;
  }

  Result<std::vector<Embedding>> Embed(
      std::span<const Image> chips) const override {
    std::vector<Embedding> embeddings;
    for (const Image& chip : chips) {
      const double angle = chip.pixels()[0] * std::numbers::pi / 180.0;
      embeddings.push_back({{static_cast<float>(std::cos(angle)),
                             static_cast<float>(std::sin(angle))},
                            contract_.id});
    }
    return embeddings;
  }

  [[nodiscard]] const ModelContract& contract() const override {
    return contract_;
  }

  [[nodiscard]] Precision precision() const override {
    return Precision::kFloat32;
  }

 private:
  ModelContract contract_;
};

/// Writes an evenly grey picture, 16 x 16.
inline Result<void> SaveGrey(const std::filesystem::path& path,
                             std::uint8_t level) {
  std::filesystem::create_directories(path.parent_path());
  Image image(16, 16);
  std::ranges::fill(image.pixels(), level);
  return SaveImage(image, path);
}

}  // namespace mien
