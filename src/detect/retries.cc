// SPDX-License-Identifier: Apache-2.0
#include "detect/retries.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "image/resize.h"
#include "image/rotate.h"

namespace mien {
namespace {

// Moves every position of `faces` by `map`, a map of points.
template <typename Map>
void MoveAll(std::vector<Detection>& faces, const Map& map) {
  for (Detection& face : faces) {
    const Point a = map(Point{face.box.x0, face.box.y0});
    const Point b = map(Point{face.box.x1, face.box.y1});
    face.box = {std::min(a.x, b.x),
                std::min(a.y, b.y),
                std::max(a.x, b.x),
                std::max(a.y, b.y)};
    for (Point& p : face.landmarks) {
      p = map(p);
    }
  }
}

Result<std::vector<Detection>> FindWithBorder(const FaceFinder& finder,
                                              const Image& image,
                                              int percent) {
  const int long_side = std::max(image.width(), image.height());
  const float shrink = std::min(
      1.0F,
      static_cast<float>(kCloseUpLongSidePx) / static_cast<float>(long_side));
  const auto scaled = [shrink](int side) {
    return std::max(
        1, static_cast<int>(std::lround(static_cast<float>(side) * shrink)));
  };
  const int width = scaled(image.width());
  const int height = scaled(image.height());
  const int left = width * percent / 100;
  const int top = height * percent / 100;
  const Image small =
      shrink < 1.0F ? ResizeArea(image, WholeOf(image), width, height) : image;
  MIEN_ASSIGN_OR_RETURN(
      std::vector<Detection> faces,
      finder.Find(PadBorder(
          small, {.left = left, .top = top, .right = left, .bottom = top})));
  const float x_scale =
      static_cast<float>(image.width()) / static_cast<float>(width);
  const float y_scale =
      static_cast<float>(image.height()) / static_cast<float>(height);
  MoveAll(faces, [&](Point p) {
    return Point{(p.x - static_cast<float>(left)) * x_scale,
                 (p.y - static_cast<float>(top)) * y_scale};
  });
  return faces;
}

Result<std::vector<Detection>> FindTurned(const FaceFinder& finder,
                                          const Image& image,
                                          Rotation rotation) {
  MIEN_ASSIGN_OR_RETURN(std::vector<Detection> faces,
                        finder.Find(Rotate(image, rotation)));
  const auto width = static_cast<float>(image.width());
  const auto height = static_cast<float>(image.height());
  MoveAll(faces, [=](Point p) {
    switch (rotation) {
      case Rotation::k90:
        return Point{p.y, height - p.x};
      case Rotation::k180:
        return Point{width - p.x, height - p.y};
      case Rotation::k270:
        return Point{width - p.y, p.x};
      default:
        return p;
    }
  });
  return faces;
}

Result<std::vector<Detection>> FindFirst(const FaceFinder& finder,
                                         const Image& image,
                                         const DetectorOptions& options) {
  MIEN_ASSIGN_OR_RETURN(std::vector<Detection> faces, finder.Find(image));
  if (faces.empty() && options.close_up_padding_percent > 0) {
    MIEN_ASSIGN_OR_RETURN(
        faces, FindWithBorder(finder, image, options.close_up_padding_percent));
  }
  if (options.rotation_retry == RotationRetry::kWhenEmpty) {
    for (const Rotation rotation :
         {Rotation::k90, Rotation::k180, Rotation::k270}) {
      if (faces.empty()) {
        MIEN_ASSIGN_OR_RETURN(faces, FindTurned(finder, image, rotation));
      }
    }
  }
  return faces;
}

}  // namespace

Result<std::vector<Detection>> FindWithRetries(const FaceFinder& finder,
                                               const Image& image,
                                               const DetectorOptions& options) {
  MIEN_ASSIGN_OR_RETURN(std::vector<Detection> faces,
                        FindFirst(finder, image, options));
  const auto limit = static_cast<std::size_t>(options.max_faces);
  if (limit > 0 && faces.size() > limit) {
    faces.resize(limit);
  }
  return faces;
}

}  // namespace mien
