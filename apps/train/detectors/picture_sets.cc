// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/picture_sets.h"

#include <charconv>
#include <cstddef>
#include <optional>

#include "train/train_error.h"

namespace mien::train {
namespace {

struct SetSpec {
  std::string path;
  std::optional<float> share;
};

// "FILE:SHARE"; a colon that no number follows belongs to the name.
SetSpec ParseSetSpec(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || std::filesystem::exists(text)) {
    return {text, std::nullopt};
  }
  const char* first = text.data() + colon + 1;
  const char* last = text.data() + text.size();
  float share = 0;
  const auto [end, error] = std::from_chars(first, last, share);
  if (error != std::errc() || end != last || !(share > 0)) {
    throw TrainError("the share of " + text.substr(0, colon) + " is \"" +
                     text.substr(colon + 1) + "\"; must be a number above 0");
  }
  return {text.substr(0, colon), share};
}

void Scale(float x_scale, float y_scale, AnnotatedFace& face) {
  const auto scale = [&](Point p) {
    return Point{p.x * x_scale, p.y * y_scale};
  };
  const Point low = scale({face.box.x0, face.box.y0});
  const Point high = scale({face.box.x1, face.box.y1});
  face.box = {low.x, low.y, high.x, high.y};
  if (face.landmarks) {
    for (Point& p : *face.landmarks) {
      p = scale(p);
    }
  }
}

}  // namespace

std::vector<PictureSet> ReadPictureSets(const PictureSetOptions& options) {
  std::vector<PictureSet> sets;
  for (const std::string& text : options.annotations) {
    const SetSpec spec = ParseSetSpec(text);
    PictureSet set{.pictures = ReadAnnotations(spec.path, options.reading)};
    if (set.pictures.empty()) {
      throw TrainError(spec.path + ": holds no pictures");
    }
    set.share = spec.share.value_or(static_cast<float>(set.pictures.size()));
    sets.push_back(std::move(set));
  }
  for (const std::string& path : options.landmarks) {
    const auto found = ReadAnnotations(path, options.reading);
    for (PictureSet& set : sets) {
      BorrowLandmarks(found, set.pictures);
    }
  }
  return sets;
}

const AnnotatedPicture& DrawPicture(const std::vector<PictureSet>& sets,
                                    Random& random) {
  float total = 0;
  for (const PictureSet& set : sets) {
    total += set.share;
  }
  float place = random.Uniform(0, total);
  std::size_t chosen = 0;
  while (chosen + 1 < sets.size() && place >= sets[chosen].share) {
    place -= sets[chosen].share;
    ++chosen;
  }
  const auto& pictures = sets[chosen].pictures;
  return pictures[random.Index(pictures.size())];
}

LoadedPicture LoadPicture(const AnnotatedPicture& picture,
                          int min_long_side_px) {
  auto decoded =
      LoadImage(picture.path, {.min_long_side_px = min_long_side_px});
  if (!decoded) {
    throw TrainError(decoded.error().message);
  }
  LoadedPicture loaded{.image = std::move(decoded->image),
                       .faces = picture.faces};
  const float x_scale = static_cast<float>(loaded.image.width()) /
                        static_cast<float>(decoded->width);
  const float y_scale = static_cast<float>(loaded.image.height()) /
                        static_cast<float>(decoded->height);
  for (AnnotatedFace& face : loaded.faces) {
    Scale(x_scale, y_scale, face);
  }
  return loaded;
}

std::string DescribeSets(const std::vector<PictureSet>& sets) {
  std::size_t pictures = 0;
  std::size_t faces = 0;
  std::size_t ignored = 0;
  std::size_t landmarks = 0;
  for (const PictureSet& set : sets) {
    pictures += set.pictures.size();
    for (const AnnotatedPicture& picture : set.pictures) {
      for (const AnnotatedFace& face : picture.faces) {
        ++(face.ignore ? ignored : faces);
        landmarks += !face.ignore && face.landmarks ? 1 : 0;
      }
    }
  }
  return std::to_string(pictures) + " pictures, " + std::to_string(faces) +
         " faces, " + std::to_string(landmarks) + " of them with landmarks, " +
         std::to_string(ignored) + " ignored";
}

}  // namespace mien::train
