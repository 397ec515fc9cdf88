// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/mtcnn_samples.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "detect/mtcnn_boxes.h"
#include "detect/overlap.h"
#include "image/rotate.h"

namespace mien::train {
namespace {

float ExtraPixel(BoxExtent extent) {
  return extent == BoxExtent::kInclusive ? 1.0F : 0.0F;
}

Box SquareAt(Point center, float side) {
  return {center.x - 0.5F * side,
          center.y - 0.5F * side,
          center.x + 0.5F * side,
          center.y + 0.5F * side};
}

Point CenterOf(const Box& box) {
  return {0.5F * (box.x0 + box.x1), 0.5F * (box.y0 + box.y1)};
}

// A square close to `face`: its side between 0.8 of the shorter and 1.25 of the
// longer one, its centre up to 0.2 sides away (the ranges of the original's
// sample generator).
Box DrawAround(const Box& face, Random& random) {
  const float low = 0.8F * std::min(face.width(), face.height());
  const float high = 1.25F * std::max(face.width(), face.height());
  const float side = random.Uniform(low, high);
  const Point center = CenterOf(face);
  return SquareAt({center.x + face.width() * random.Uniform(-0.2F, 0.2F),
                   center.y + face.height() * random.Uniform(-0.2F, 0.2F)},
                  side);
}

// A square that shows a piece of `face` or what is next to it.
Box DrawBeside(const Box& face, float longest, Random& random) {
  const float size = std::max(face.width(), face.height());
  const float side = std::min(size * random.LogUniform(0.4F, 2.5F), longest);
  const Point center = CenterOf(face);
  return SquareAt({center.x + size * random.Uniform(-1.0F, 1.0F),
                   center.y + size * random.Uniform(-1.0F, 1.0F)},
                  side);
}

std::vector<const AnnotatedFace*> FacesForWindows(
    std::span<const AnnotatedFace> faces,
    int most,
    float smallest_px,
    Random& random) {
  std::vector<const AnnotatedFace*> chosen;
  for (const AnnotatedFace& face : faces) {
    const float longer = std::max(face.box.width(), face.box.height());
    if (!face.ignore && longer >= smallest_px) {
      chosen.push_back(&face);
    }
  }
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    std::swap(chosen[i], chosen[i + random.Index(chosen.size() - i)]);
  }
  chosen.resize(std::min(chosen.size(), static_cast<std::size_t>(most)));
  return chosen;
}

// The pixels that the net of `stage` sees of `window`.
PixelRect PixelsOf(const MtcnnStage& stage,
                   const Image& image,
                   const Box& window) {
  if (stage.extent == BoxExtent::kInclusive) {
    return CropRect(window, image.width(), image.height());
  }
  const auto pixel = [](float x) {
    return static_cast<int>(std::lround(std::clamp(x, -1e6F, 1e6F)));
  };
  return ClipTo(
      image,
      {pixel(window.x0), pixel(window.y0), pixel(window.x1), pixel(window.y1)});
}

}  // namespace

std::optional<WindowMatch> MatchWindow(const Box& window,
                                       std::span<const AnnotatedFace> faces) {
  constexpr float kMuchOfWindow = 0.3F;
  const AnnotatedFace* best = nullptr;
  float best_iou = 0;
  for (const AnnotatedFace& face : faces) {
    if (face.ignore) {
      if (ShareInside(window, face.box) > kMuchOfWindow ||
          Iou(window, face.box) > kMuchOfWindow) {
        return std::nullopt;
      }
      continue;
    }
    if (const float iou = Iou(window, face.box); iou > best_iou) {
      best = &face;
      best_iou = iou;
    }
  }
  if (best_iou >= kPositiveIou) {
    return WindowMatch{SampleKind::kPositive, best};
  }
  if (best_iou >= kPartIou) {
    return WindowMatch{SampleKind::kPart, best};
  }
  if (best_iou < kNegativeIou) {
    return WindowMatch{};
  }
  return std::nullopt;
}

std::array<float, 4> EncodeRegression(const Box& window,
                                      const Box& face,
                                      BoxExtent extent) {
  const float w = window.width() + ExtraPixel(extent);
  const float h = window.height() + ExtraPixel(extent);
  return {(face.x0 - window.x0) / w,
          (face.y0 - window.y0) / h,
          (face.x1 - window.x1) / w,
          (face.y1 - window.y1) / h};
}

std::array<float, 10> EncodeWindowLandmarks(const Box& window,
                                            const Landmarks& landmarks) {
  const float w = window.width() + 1.0F;
  const float h = window.height() + 1.0F;
  std::array<float, 10> encoded = {};
  for (std::size_t i = 0; i < landmarks.size(); ++i) {
    encoded[i] = (landmarks[i].x - window.x0 + 1.0F) / w;
    encoded[i + landmarks.size()] = (landmarks[i].y - window.y0 + 1.0F) / h;
  }
  return encoded;
}

Box RegressedBox(const MtcnnStage& stage, const Box& window) {
  if (stage.extent == BoxExtent::kInclusive) {
    return window;
  }
  const auto cells = static_cast<float>(kPnetCellPx);
  return {window.x0 + window.width() / cells,
          window.y0 + window.height() / cells,
          window.x1,
          window.y1};
}

std::optional<MtcnnSample> CutSample(const MtcnnStage& stage,
                                     const Image& image,
                                     const Box& window,
                                     std::span<const AnnotatedFace> faces) {
  const auto match = MatchWindow(window, faces);
  const PixelRect pixels = PixelsOf(stage, image, window);
  if (!match || pixels.width() <= 0 || pixels.height() <= 0) {
    return std::nullopt;
  }
  MtcnnSample sample;
  sample.kind = match->kind;
  sample.chip = ResizeArea(image, pixels, stage.side_px, stage.side_px);
  if (match->face == nullptr) {
    return sample;
  }
  const Box box = RegressedBox(stage, window);
  sample.offsets = EncodeRegression(box, match->face->box, stage.extent);
  sample.has_landmarks = stage.has_landmarks &&
                         match->kind == SampleKind::kPositive &&
                         match->face->landmarks.has_value();
  if (sample.has_landmarks) {
    sample.landmarks = EncodeWindowLandmarks(box, *match->face->landmarks);
  }
  return sample;
}

std::vector<Box> DrawWindows(int width,
                             int height,
                             std::span<const AnnotatedFace> faces,
                             const WindowCounts& counts,
                             float smallest_px,
                             Random& random) {
  const auto longest = static_cast<float>(std::min(width, height));
  std::vector<Box> windows;
  if (longest < smallest_px) {
    return windows;
  }
  for (int i = 0; i < counts.anywhere; ++i) {
    const float side = random.LogUniform(smallest_px, longest);
    const float x = random.Uniform(0, static_cast<float>(width) - side);
    const float y = random.Uniform(0, static_cast<float>(height) - side);
    windows.push_back({x, y, x + side, y + side});
  }
  for (const AnnotatedFace* face :
       FacesForWindows(faces, counts.most_faces, smallest_px, random)) {
    for (int i = 0; i < counts.beside_face; ++i) {
      windows.push_back(DrawBeside(face->box, longest, random));
    }
    for (int i = 0; i < counts.around_face; ++i) {
      windows.push_back(DrawAround(face->box, random));
    }
  }
  return windows;
}

void Mirror(MtcnnSample& sample) {
  sample.chip = FlipHorizontal(sample.chip);
  const auto [x0, y0, x1, y1] = sample.offsets;
  sample.offsets = {-x1, y0, -x0, y1};
  if (!sample.has_landmarks) {
    return;
  }
  std::array<float, 10>& points = sample.landmarks;
  for (std::size_t i = 0; i < 5; ++i) {
    points[i] = 1.0F - points[i];
  }
  for (const std::size_t row : {std::size_t{0}, std::size_t{5}}) {
    std::swap(points[row], points[row + 1]);      // eyes
    std::swap(points[row + 3], points[row + 4]);  // mouth corners
  }
}

}  // namespace mien::train
