// SPDX-License-Identifier: Apache-2.0
#include "image/warp.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

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

/// The weights of four neighbours: kFractionBits fractional bits per axis.
struct Weights {
  int top_left;
  int top_right;
  int bottom_left;
  int bottom_right;
};

Weights WeightsAt(int x, int y) {
  const int right = x & (kFractions - 1);
  const int bottom = y & (kFractions - 1);
  const int left = kFractions - right;
  const int top = kFractions - bottom;
  return {left * top, right * top, left * bottom, right * bottom};
}

/// Half of one level in the sum of weights.
constexpr int kHalf = kFractions * kFractions / 2;

/// The value between four pixels, all of them inside of the image.
void SampleInside(const Image& image,
                  int left,
                  int top,
                  const Weights& weights,
                  std::uint8_t* out) {
  const std::uint8_t* first = image.row(top) + std::ptrdiff_t{3} * left;
  const std::uint8_t* second = first + image.stride_bytes();
  for (int c = 0; c < 3; ++c) {
    const int sum =
        kHalf + weights.top_left * first[c] + weights.top_right * first[c + 3] +
        weights.bottom_left * second[c] + weights.bottom_right * second[c + 3];
    out[c] = static_cast<std::uint8_t>(sum >> (2 * kFractionBits));
  }
}

/// The value between four pixels, those outside of the image being black.
void SampleBorder(const Image& image,
                  int left,
                  int top,
                  const Weights& weights,
                  std::uint8_t* out) {
  std::array<int, 3> sum = {kHalf, kHalf, kHalf};
  Accumulate(image, left, top, weights.top_left, sum);
  Accumulate(image, left + 1, top, weights.top_right, sum);
  Accumulate(image, left, top + 1, weights.bottom_left, sum);
  Accumulate(image, left + 1, top + 1, weights.bottom_right, sum);
  for (std::size_t c = 0; c < 3; ++c) {
    out[c] = static_cast<std::uint8_t>(sum[c] >> (2 * kFractionBits));
  }
}

/// The bilinear value at (x, y), kFractionBits fractional bits each.
void Sample(const Image& image, int x, int y, std::uint8_t* out) {
  const int left = x >> kFractionBits;
  const int top = y >> kFractionBits;
  const Weights weights = WeightsAt(x, y);
  if (left >= 0 && top >= 0 && left + 1 < image.width() &&
      top + 1 < image.height()) {
    SampleInside(image, left, top, weights, out);
  } else {
    SampleBorder(image, left, top, weights, out);
  }
}

/// `slope` times every output column, in fixed point.
std::vector<int> ColumnSteps(double slope, int width) {
  std::vector<int> steps;
  steps.reserve(static_cast<std::size_t>(width));
  for (int x = 0; x < width; ++x) {
    steps.push_back(FixedPoint(slope * x));
  }
  return steps;
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
  const std::vector<int> x_steps = ColumnSteps(map[0], out_width);
  const std::vector<int> y_steps = ColumnSteps(map[3], out_width);
  for (int y = 0; y < out_height; ++y) {
    const int x_start = FixedPoint(map[1] * y + map[2]) + kRounding;
    const int y_start = FixedPoint(map[4] * y + map[5]) + kRounding;
    std::uint8_t* pixel = out.row(y);
    for (std::size_t x = 0; x < x_steps.size(); ++x, pixel += 3) {
      constexpr int kDrop = kSumBits - kFractionBits;
      Sample(image,
             (x_start + x_steps[x]) >> kDrop,
             (y_start + y_steps[x]) >> kDrop,
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
