// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "mien/geometry.h"

namespace mien {

// A font of strokes, drawn for this project. Units: capitals are kCapHeight
// high, descenders reach to kLineHeight; y runs down from the top of capitals.

inline constexpr float kCapHeight = 8.0F;
inline constexpr float kLineHeight = 11.0F;

/// One character.
struct Glyph {
  /// Lines to draw, each from point to point; a line of one point twice is a
  /// dot.
  std::vector<std::vector<Point>> strokes;

  /// Units to the right end of its strokes.
  float width = 0;
};

/// Units between the strokes of neighbouring characters.
inline constexpr float kGlyphGap = 2.0F;

/// The glyph of `character`; a hollow box for all but printable ASCII.
const Glyph& GlyphOf(char character);

}  // namespace mien
