// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "mien/geometry.h"
#include "mien/image.h"

namespace mien {

// Drawing on pictures for people. Positions are mien's float pixels (0 at the
// outer corner of the first pixel); edges are anti-aliased; whatever leaves the
// picture is cut off.

/// What to paint with; `alpha` 255 covers, 0 does nothing.
struct Color {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  std::uint8_t alpha = 255;
};

/// Fills `box`, with corners rounded by `radius` pixels.
void FillBox(Image& image,
             const Box& box,
             const Color& color,
             float radius = 0);

/// Outlines `box` with a line of `thickness` pixels, centred on its edge.
void DrawBox(Image& image,
             const Box& box,
             const Color& color,
             float thickness,
             float radius = 0);

/// Fills a disc.
void DrawDot(Image& image, Point centre, float radius, const Color& color);

/// Draws a line with round ends.
void DrawLine(
    Image& image, Point from, Point to, const Color& color, float thickness);

/// Width and height in pixels of a line of text.
struct TextExtent {
  float width = 0;
  float height = 0;
};

/// The space that DrawText() needs for `text`.
TextExtent MeasureText(std::string_view text, float size_px);

/// Draws one line of printable ASCII; every other byte shows as a hollow box.
/// `top_left` is the corner of the line, `size_px` its height from the top of
/// capitals to the foot of descenders: from 10 on it can be read.
void DrawText(Image& image,
              Point top_left,
              std::string_view text,
              float size_px,
              const Color& color);

/// Copies `picture` onto `image` with its top-left pixel at (x, y).
void Blit(Image& image, const Image& picture, int x, int y);

}  // namespace mien
