// SPDX-License-Identifier: Apache-2.0
#include "annotate.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "image/draw.h"
#include "image/resize.h"
#include "palette.h"

namespace mien::cli {
namespace {

/// Pictures with a shorter long side are enlarged to this, in pixels.
constexpr int kMinLongSidePx = 900;

/// Size of marks for a picture of this long side.
constexpr float kLineShare = 1.0F / 420.0F;
constexpr float kTextShare = 1.0F / 48.0F;

std::string ScoreText(float score) {
  char text[16];
  std::snprintf(text, sizeof(text), "%.3f", static_cast<double>(score));
  return text;
}

Point Scaled(Point p, float scale) { return {p.x * scale, p.y * scale}; }

Detection Scaled(const Detection& face, float scale) {
  Detection scaled = face;
  scaled.box = {face.box.x0 * scale,
                face.box.y0 * scale,
                face.box.x1 * scale,
                face.box.y1 * scale};
  for (Point& point : scaled.landmarks) {
    point = Scaled(point, scale);
  }
  return scaled;
}

/// The text on a coloured tag, above the box or inside when there is no room.
void DrawTag(Image& image,
             const Box& box,
             const std::string& text,
             float size_px) {
  const TextExtent extent = MeasureText(text, size_px);
  const float pad = 0.3F * size_px;
  const float height = extent.height + 2 * pad;
  const float left = std::max(box.x0, 0.0F);
  const float top = std::max(box.y0 >= height ? box.y0 - height : box.y0, 0.0F);
  const Box tag = {left, top, left + extent.width + 2 * pad, top + height};
  FillBox(image, tag, kFaceColor, pad);
  DrawText(image, {tag.x0 + pad, tag.y0 + pad}, text, size_px, kInk);
}

}  // namespace

void DrawFaceMarks(Image& image, const Detection& face, float line_px) {
  const float radius = 3 * line_px;
  // A dark rim keeps the line visible on bright pictures.
  DrawBox(image, face.box, kRim, 2 * line_px, radius);
  DrawBox(image, face.box, kFaceColor, line_px, radius);
  const float dot = std::clamp(0.022F * face.box.width(), line_px, 5 * line_px);
  for (const Point& point : face.landmarks) {
    DrawDot(image, point, dot + 0.5F * line_px, kRim);
    DrawDot(image, point, dot, kLandmarkColor);
  }
}

Image AnnotateFaces(const Image& image, std::span<const Detection> faces) {
  std::vector<std::string> scores;
  for (const Detection& face : faces) {
    scores.push_back(ScoreText(face.score));
  }
  return AnnotateFaces(image, faces, scores);
}

Image AnnotateFaces(const Image& image,
                    std::span<const Detection> faces,
                    std::span<const std::string> labels) {
  const int long_side = std::max(image.width(), image.height());
  const float scale = std::max(
      1.0F, static_cast<float>(kMinLongSidePx) / static_cast<float>(long_side));
  Image canvas = image;
  if (scale > 1.0F) {
    canvas = ResizeBilinear(
        image,
        WholeOf(image),
        std::max(1,
                 static_cast<int>(static_cast<float>(image.width()) * scale)),
        std::max(1,
                 static_cast<int>(static_cast<float>(image.height()) * scale)));
  }
  const float drawn_side = static_cast<float>(long_side) * scale;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const Detection drawn = Scaled(faces[i], scale);
    // Marks shrink with small faces, so that a crowd stays visible.
    const float line_px =
        std::clamp(drawn.box.width() / 45.0F, 1.2F, drawn_side * kLineShare);
    DrawFaceMarks(canvas, drawn, line_px);
    const float text_px =
        std::clamp(drawn.box.width() / 4.2F, 9.0F, drawn_side * kTextShare);
    if (drawn.box.width() >= 24.0F) {
      DrawTag(canvas, drawn.box, labels[i], text_px);
    }
  }
  return canvas;
}

}  // namespace mien::cli
