// SPDX-License-Identifier: Apache-2.0
#include "image/font.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace mien {
namespace {

// Each string draws one character, from ' ' on. Strokes are separated by
// spaces; a stroke is a list of points, each a digit for x and one for y (a and
// b stand for 10 and 11). A stroke that begins with ~ is the smooth curve that
// its points control (a quadratic B-spline), others are straight lines.
constexpr int kFirst = ' ';
constexpr int kNumGlyphs = 95;

constexpr std::array<std::string_view, kNumGlyphs> kDrawings = {
    "",                                  // space
    "0005 0808",                         // !
    "0002 2022",                         // "
    "2018 5048 0363 0565",               // #
    "~4241010444470706 2028",            // $
    "6008 ~010020220201 ~474666684847",  // %
    "~581310403304083855",               // &
    "0002",                              // '
    "~20020628",                         // (
    "~00222608",                         // )
    "2125 0244 4204",                    // *
    "2226 0444",                         // +
    "180a",                              // ,
    "0535",                              // -
    "0808",                              // .
    "4008",                              // /
    "~040040480804",                     // 0
    "022028",                            // 1
    "~0200404408 0848",                  // 2
    "~0100404414 ~1444480807",           // 3
    "38300646",                          // 4
    "400003 ~0343480807",                // 5
    "~400005 ~050343480805",             // 6
    "004018",                            // 7
    "~020040440402 ~060444480806",       // 8
    "~084843 ~434505004043",             // 9
    "0404 0808",                         // :
    "1414 180a",                         // ;
    "420548",                            // <
    "0444 0646",                         // =
    "024508",                            // >
    "~010040442426 2828",                // ?
    "~5758080060664643 ~43232646",       // @
    "083068 1555",                       // A
    "0008 ~00404404 ~04545808",          // B
    "~525000085856",                     // C
    "0008 ~00505808",                    // D
    "50000858 0444",                     // E
    "500008 0444",                       // F
    "~525000085854 5434",                // G
    "0008 5058 0454",                    // H
    "0008",                              // I
    "~4044480805",                       // J
    "0008 500458",                       // K
    "000858",                            // L
    "0800346068",                        // M
    "08005850",                          // N
    "~040050580804",                     // O
    "0800 ~00505404",                    // P
    "~040050580804 3659",                // Q
    "0800 ~00505404 2458",               // R
    "~5150000454580807",                 // S
    "0060 3038",                         // T
    "~000408585450",                     // U
    "003860",                            // V
    "0028324860",                        // W
    "0058 5008",                         // X
    "003460 3438",                       // Y
    "00500858",                          // Z
    "20000828",                          // [
    "0048",                              // backslash
    "00202808",                          // ]
    "022042",                            // ^
    "0949",                              // _
    "0011",                              // `
    "4348 ~444303084847",                // a
    "0008 ~040343480807",                // b
    "~444303084847",                     // c
    "4048 ~444303084847",                // d
    "0545 ~454303084847",                // e
    "~40101418 0333",                    // f
    "~444303084847 ~43484b0b0a",         // g
    "0008 ~0503434648",                  // h
    "0308 0101",                         // i
    "~23282b0b 2121",                    // j
    "0008 4306 1548",                    // k
    "~00060828",                         // l
    "0308 ~0503333638 ~3533636668",      // m
    "0308 ~0503434648",                  // n
    "~050343480805",                     // o
    "030b ~040343480807",                // p
    "434b ~444303084847",                // q
    "0308 ~050333",                      // r
    "~4443030546480807",                 // s
    "~10161838 0333",                    // t
    "~030508484543 4348",                // u
    "032843",                            // v
    "0328344863",                        // w
    "0348 4308",                         // x
    "0328 431b",                         // y
    "03430848",                          // z
    "~30101404 ~04141838",               // {
    "0009",                              // |
    "~00202434 ~34242808",               // }
    "~06133744",                         // ~
};

constexpr std::string_view kUnknown = "0050580800";

/// Times that a curve's corners are cut: each halves the pieces (Chaikin 1974,
/// CGIP 3).
constexpr int kCornerCuts = 3;

float Coordinate(char digit) {
  return static_cast<float>(digit >= 'a' ? digit - 'a' + 10 : digit - '0');
}

Point Between(Point a, Point b, float part_of_b) {
  return {a.x + (b.x - a.x) * part_of_b, a.y + (b.y - a.y) * part_of_b};
}

std::vector<Point> CutCorners(const std::vector<Point>& line) {
  std::vector<Point> cut = {line.front()};
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    if (i > 0) {
      cut.push_back(Between(line[i], line[i + 1], 0.25F));
    }
    if (i + 2 < line.size()) {
      cut.push_back(Between(line[i], line[i + 1], 0.75F));
    }
  }
  cut.push_back(line.back());
  return cut;
}

std::vector<Point> ParseStroke(std::string_view drawing) {
  const bool smooth = drawing.starts_with('~');
  std::vector<Point> line;
  for (std::size_t i = smooth ? 1 : 0; i + 1 < drawing.size(); i += 2) {
    line.push_back({Coordinate(drawing[i]), Coordinate(drawing[i + 1])});
  }
  for (int cut = 0; smooth && cut < kCornerCuts; ++cut) {
    line = CutCorners(line);
  }
  return line;
}

Glyph ParseGlyph(std::string_view drawing) {
  constexpr float kSpaceWidth = 2.0F;
  Glyph glyph;
  glyph.width = drawing.empty() ? kSpaceWidth : 0.0F;
  while (!drawing.empty()) {
    const std::size_t end = std::min(drawing.find(' '), drawing.size());
    glyph.strokes.push_back(ParseStroke(drawing.substr(0, end)));
    drawing.remove_prefix(std::min(end + 1, drawing.size()));
    for (const Point& point : glyph.strokes.back()) {
      glyph.width = std::max(glyph.width, point.x);
    }
  }
  return glyph;
}

}  // namespace

const Glyph& GlyphOf(char character) {
  static const std::array<Glyph, kNumGlyphs + 1> glyphs = [] {
    std::array<Glyph, kNumGlyphs + 1> parsed;
    std::ranges::transform(kDrawings, parsed.begin(), ParseGlyph);
    parsed.back() = ParseGlyph(kUnknown);
    return parsed;
  }();
  const int index = static_cast<unsigned char>(character) - kFirst;
  const bool known = index >= 0 && index < kNumGlyphs;
  return glyphs[static_cast<std::size_t>(known ? index : kNumGlyphs)];
}

}  // namespace mien
