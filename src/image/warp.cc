// SPDX-License-Identifier: Apache-2.0
#include "image/warp.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace mien {
namespace {

// OpenCV's fixed point (imgproc/src/imgwarp.cpp): positions are summed with 10
// fractional bits, rounded to 5, and weighted with the product of two 5-bit
// fractions.
constexpr int kSumBits = 10;
constexpr int kFractionBits = 5;
constexpr int kFractions = 1 << kFractionBits;
constexpr int kRounding = 1 << (kSumBits - kFractionBits - 1);

/// Far outside of any picture, and far from overflow when two are added.
constexpr double kFarAway = 1 << 29;

/// `position` pixels with kSumBits fractional bits.
int FixedPoint(double position) {
  const double scaled = position * (1 << kSumBits);
  return static_cast<int>(std::lrint(std::clamp(scaled, -kFarAway, kFarAway)));
}

/// An affine map in double precision: source from output, pixel centres at
/// whole numbers.
using CentreMap = std::array<double, 6>;

CentreMap ToCentres(const CentreMap& m) {
  // p' + 1/2 = A (p + 1/2) + t
  return {m[0],
          m[1],
          m[2] + (m[0] + m[1]) / 2 - 0.5,
          m[3],
          m[4],
          m[5] + (m[3] + m[4]) / 2 - 0.5};
}

CentreMap Inverted(const std::array<float, 6>& m) {
  const double a = m[0];
  const double b = m[1];
  const double c = m[3];
  const double d = m[4];
  const double determinant = a * d - b * c;
  if (determinant == 0 || !std::isfinite(determinant)) {
    return {};
  }
  const CentreMap inverse = {d / determinant,
                             -b / determinant,
                             0,
                             -c / determinant,
                             a / determinant,
                             0};
  return {inverse[0],
          inverse[1],
          -inverse[0] * m[2] - inverse[1] * m[5],
          inverse[3],
          inverse[4],
          -inverse[3] * m[2] - inverse[4] * m[5]};
}

/// Adds `weight` times pixel (x, y) of `image`, black outside of it.
void Accumulate(
    const Image& image, int x, int y, int weight, std::array<int, 3>& sum) {
  if (x < 0 || y < 0 || x >= image.width() || y >= image.height()) {
    return;
  }
  const std::uint8_t* pixel = image.row(y) + std::ptrdiff_t{3} * x;
  for (std::size_t c = 0; c < 3; ++c) {
    sum[c] += weight * pixel[c];
  }
}

/// The bilinear value at (x, y), kFractionBits fractional bits each.
void Sample(const Image& image, int x, int y, std::uint8_t* out) {
  const int left = x >> kFractionBits;
  const int top = y >> kFractionBits;
  const int right_weight = x & (kFractions - 1);
  const int bottom_weight = y & (kFractions - 1);
  const int left_weight = kFractions - right_weight;
  const int top_weight = kFractions - bottom_weight;
  constexpr int kHalf = kFractions * kFractions / 2;
  std::array<int, 3> sum = {kHalf, kHalf, kHalf};
  Accumulate(image, left, top, left_weight * top_weight, sum);
  Accumulate(image, left + 1, top, right_weight * top_weight, sum);
  Accumulate(image, left, top + 1, left_weight * bottom_weight, sum);
  Accumulate(image, left + 1, top + 1, right_weight * bottom_weight, sum);
  for (std::size_t c = 0; c < 3; ++c) {
    out[c] = static_cast<std::uint8_t>(sum[c] >> (2 * kFractionBits));
  }
}

}  // namespace

Image WarpAffine(const Image& image,
                 const Affine& out_from_image,
                 int out_width,
                 int out_height) {
  Image out(out_width, out_height);
  const CentreMap inverse = Inverted(out_from_image.m);
  if (inverse == CentreMap{} || image.empty()) {
    return out;
  }
  const CentreMap map = ToCentres(inverse);
  for (int y = 0; y < out_height; ++y) {
    const int x_start = FixedPoint(map[1] * y + map[2]) + kRounding;
    const int y_start = FixedPoint(map[4] * y + map[5]) + kRounding;
    std::uint8_t* pixel = out.row(y);
    for (int x = 0; x < out_width; ++x, pixel += 3) {
      constexpr int kDrop = kSumBits - kFractionBits;
      Sample(image,
             (x_start + FixedPoint(map[0] * x)) >> kDrop,
             (y_start + FixedPoint(map[3] * x)) >> kDrop,
             pixel);
    }
  }
  return out;
}

Affine Inverse(const Affine& map) {
  const CentreMap inverse = Inverted(map.m);
  Affine result;
  std::transform(
      inverse.begin(), inverse.end(), result.m.begin(), [](double v) {
        return static_cast<float>(v);
      });
  return result;
}

Affine CornersFromCentres(const Affine& centres) {
  const auto& m = centres.m;
  return {{m[0],
           m[1],
           m[2] + 0.5F - (m[0] + m[1]) / 2,
           m[3],
           m[4],
           m[5] + 0.5F - (m[3] + m[4]) / 2}};
}

}  // namespace mien
