// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/annotations.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "core/file.h"
#include "detect/overlap.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A text file line by line, which knows where it is.
class Lines {
 public:
  explicit Lines(const fs::path& path) : path_(path) {
    const auto text = ReadTextFile(path);
    if (!text) {
      throw TrainError(text.error().message);
    }
    stream_.str(*text);
  }

  bool Next(std::string& line) {
    ++number_;
    return static_cast<bool>(std::getline(stream_, line));
  }

  [[noreturn]] void Fail(const std::string& what) const {
    throw TrainError(path_.string() + ":" + std::to_string(number_) + ": " +
                     what);
  }

 private:
  fs::path path_;
  std::istringstream stream_;
  int number_ = 0;
};

Landmarks LandmarksFrom(const json& points) {
  Landmarks landmarks;
  for (std::size_t i = 0; i < landmarks.size(); ++i) {
    landmarks[i] = {points.at(i).at(0).get<float>(),
                    points.at(i).at(1).get<float>()};
  }
  return landmarks;
}

AnnotatedFace FaceFrom(const json& face, float min_score) {
  const json& box = face.at("box");
  AnnotatedFace annotated;
  annotated.box = {box.at(0).get<float>(),
                   box.at(1).get<float>(),
                   box.at(2).get<float>(),
                   box.at(3).get<float>()};
  annotated.ignore =
      face.value("ignore", false) || face.value("score", 1.0F) < min_score;
  if (face.contains("landmarks") && !face["landmarks"].is_null()) {
    annotated.landmarks = LandmarksFrom(face["landmarks"]);
  }
  return annotated;
}

void AddFace(const AnnotatedFace& face, AnnotatedPicture& picture) {
  if (face.box.area() > 0) {
    picture.faces.push_back(face);
  }
}

std::vector<AnnotatedPicture> ReadJsonLines(const fs::path& path,
                                            const AnnotationOptions& options) {
  std::vector<AnnotatedPicture> pictures;
  Lines lines(path);
  std::string line;
  while (lines.Next(line)) {
    if (line.empty()) {
      continue;
    }
    try {
      const json entry = json::parse(line);
      if (entry.contains("error")) {
        continue;
      }
      AnnotatedPicture picture;
      picture.path = options.root / entry.at("image").get<std::string>();
      for (const json& face : entry.at("faces")) {
        AddFace(FaceFrom(face, options.min_score), picture);
      }
      pictures.push_back(std::move(picture));
    } catch (const json::exception& error) {
      lines.Fail(std::string("not a line of `mien detect --json`: ") +
                 error.what());
    }
  }
  return pictures;
}

// "x y w h blur expression illumination invalid occlusion pose"
AnnotatedFace WiderFace(const std::string& line, const Lines& lines) {
  std::istringstream numbers(line);
  float x = 0;
  float y = 0;
  float width = 0;
  float height = 0;
  int blur = 0;
  int expression = 0;
  int illumination = 0;
  int invalid = 0;
  if (!(numbers >> x >> y >> width >> height)) {
    lines.Fail("a face is \"" + line + "\"; must begin with x y w h");
  }
  // Some copies of the lists leave the attributes out.
  numbers >> blur >> expression >> illumination >> invalid;
  return {.box = {x, y, x + width, y + height},
          .landmarks = std::nullopt,
          .ignore = invalid != 0};
}

std::vector<AnnotatedPicture> ReadWiderText(const fs::path& path,
                                            const AnnotationOptions& options) {
  std::vector<AnnotatedPicture> pictures;
  Lines lines(path);
  std::string line;
  while (lines.Next(line)) {
    if (line.empty()) {
      continue;
    }
    AnnotatedPicture picture{.path = options.root / line, .faces = {}};
    if (!lines.Next(line)) {
      lines.Fail("the number of faces of " + picture.path.string() +
                 " is missing");
    }
    std::istringstream count_text(line);
    int count = -1;
    if (!(count_text >> count) || count < 0) {
      lines.Fail("the number of faces is \"" + line + "\"; must be >= 0");
    }
    // A picture without faces has one line of zeros.
    for (int i = 0; i < std::max(count, 1); ++i) {
      if (!lines.Next(line)) {
        lines.Fail("ends after " + std::to_string(i) + " of " +
                   std::to_string(count) + " faces");
      }
      AddFace(WiderFace(line, lines), picture);
    }
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

bool StartsWithBrace(const fs::path& path) {
  Lines lines(path);
  std::string line;
  while (lines.Next(line)) {
    const auto first = line.find_first_not_of(" \t\r");
    if (first != std::string::npos) {
      return line[first] == '{';
    }
  }
  return false;
}

// The landmarks of the face in `found` that is `face`, if one is.
const Landmarks* LandmarksOf(const AnnotatedFace& face,
                             std::span<const AnnotatedFace> found) {
  constexpr float kSameFace = 0.5F;
  const Landmarks* best = nullptr;
  float best_iou = kSameFace;
  for (const AnnotatedFace& other : found) {
    const float iou = Iou(face.box, other.box);
    if (other.landmarks && iou > best_iou) {
      best = &*other.landmarks;
      best_iou = iou;
    }
  }
  return best;
}

}  // namespace

std::vector<AnnotatedPicture> ReadAnnotations(
    const std::filesystem::path& path, const AnnotationOptions& options) {
  return StartsWithBrace(path) ? ReadJsonLines(path, options)
                               : ReadWiderText(path, options);
}

int BorrowLandmarks(std::span<const AnnotatedPicture> found,
                    std::span<AnnotatedPicture> pictures) {
  std::map<fs::path, const AnnotatedPicture*> by_path;
  for (const AnnotatedPicture& picture : found) {
    by_path[picture.path] = &picture;
  }
  int borrowed = 0;
  for (AnnotatedPicture& picture : pictures) {
    const auto other = by_path.find(picture.path);
    if (other == by_path.end()) {
      continue;
    }
    for (AnnotatedFace& face : picture.faces) {
      const Landmarks* landmarks =
          face.landmarks ? nullptr : LandmarksOf(face, other->second->faces);
      if (landmarks != nullptr) {
        face.landmarks = *landmarks;
        ++borrowed;
      }
    }
  }
  return borrowed;
}

}  // namespace mien::train
