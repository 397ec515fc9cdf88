// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "image/draw.h"
#include "image/font.h"
#include "image/paint.h"

namespace mien {
namespace {

/// Stroke width as a part of the line's height: strong enough to read on
/// photographs.
constexpr float kStrokeOfSize = 0.10F;

/// Pixels per unit of the font, so that strokes stay inside of the line.
float UnitPx(float size_px) {
  return size_px * (1.0F - kStrokeOfSize) / kLineHeight;
}

/// Distance of `p`, in units, from the nearest stroke of `glyph`.
float DistanceToStrokes(const Glyph& glyph, Point p) {
  float nearest = std::numeric_limits<float>::max();
  for (const auto& stroke : glyph.strokes) {
    for (std::size_t i = 0; i + 1 < stroke.size(); ++i) {
      nearest = std::min(nearest, DistanceToLine(p, stroke[i], stroke[i + 1]));
    }
  }
  return nearest;
}

void DrawGlyph(Image& image,
               const Glyph& glyph,
               Point origin,
               float size_px,
               const Color& color) {
  if (glyph.strokes.empty()) {
    return;
  }
  const float unit = UnitPx(size_px);
  const float half_stroke = kStrokeOfSize * size_px / 2;
  const Box strokes = {origin.x,
                       origin.y,
                       origin.x + glyph.width * unit,
                       origin.y + kLineHeight * unit};
  PaintShape(image, Grown(strokes, half_stroke + 1), color, [&](Point p) {
    const Point in_units = {(p.x - origin.x) / unit, (p.y - origin.y) / unit};
    return DistanceToStrokes(glyph, in_units) * unit - half_stroke;
  });
}

}  // namespace

TextExtent MeasureText(std::string_view text, float size_px) {
  if (text.empty()) {
    return {0, size_px};
  }
  float units = -kGlyphGap;
  for (const char character : text) {
    units += GlyphOf(character).width + kGlyphGap;
  }
  return {units * UnitPx(size_px) + kStrokeOfSize * size_px, size_px};
}

void DrawText(Image& image,
              Point top_left,
              std::string_view text,
              float size_px,
              const Color& color) {
  const float half_stroke = kStrokeOfSize * size_px / 2;
  Point origin = {top_left.x + half_stroke, top_left.y + half_stroke};
  for (const char character : text) {
    const Glyph& glyph = GlyphOf(character);
    DrawGlyph(image, glyph, origin, size_px, color);
    origin.x += (glyph.width + kGlyphGap) * UnitPx(size_px);
  }
}

}  // namespace mien
