// SPDX-License-Identifier: Apache-2.0
#include "nets/prior_boxes.h"

#include <algorithm>
#include <cmath>

namespace mien::nets {
namespace {

/// A network's exponent decides the size of a box; e^8 prior sides are more
/// than any picture has.
constexpr float kLargestLogSize = 8.0F;

void AppendLevel(const PriorLevel& level,
                 int width,
                 int height,
                 std::vector<PriorBox>& priors) {
  const int stride = level.stride_px;
  const int columns = (width + stride - 1) / stride;
  const int rows = (height + stride - 1) / stride;
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const Point center = {
          (static_cast<float>(column) + 0.5F) * static_cast<float>(stride),
          (static_cast<float>(row) + 0.5F) * static_cast<float>(stride)};
      for (const float size : level.sizes_px) {
        priors.push_back({center, size, size});
      }
    }
  }
}

float DecodeSize(float prior_size, float offset) {
  return prior_size * std::exp(std::min(offset * kSizeUnit, kLargestLogSize));
}

}  // namespace

std::span<const PriorLevel> FaceSsdPriors() {
  static const std::array<PriorLevel, 4> kLevels = {{
      {8, {10.0F, 16.0F, 24.0F}},
      {16, {32.0F, 48.0F}},
      {32, {64.0F, 96.0F}},
      {64, {128.0F, 192.0F, 256.0F, 384.0F, 512.0F}},
  }};
  return kLevels;
}

std::vector<PriorBox> GeneratePriors(std::span<const PriorLevel> levels,
                                     int width,
                                     int height) {
  std::vector<PriorBox> priors;
  for (const PriorLevel& level : levels) {
    AppendLevel(level, width, height, priors);
  }
  return priors;
}

BoxOffsets EncodeBox(const PriorBox& prior, const Box& box) {
  const Point center = {0.5F * (box.x0 + box.x1), 0.5F * (box.y0 + box.y1)};
  return {(center.x - prior.center.x) / (prior.width * kCenterUnit),
          (center.y - prior.center.y) / (prior.height * kCenterUnit),
          std::log(box.width() / prior.width) / kSizeUnit,
          std::log(box.height() / prior.height) / kSizeUnit};
}

Box DecodeBox(const PriorBox& prior, std::span<const float, 4> offsets) {
  const Point center = {
      prior.center.x + offsets[0] * kCenterUnit * prior.width,
      prior.center.y + offsets[1] * kCenterUnit * prior.height};
  const float width = DecodeSize(prior.width, offsets[2]);
  const float height = DecodeSize(prior.height, offsets[3]);
  return {center.x - 0.5F * width,
          center.y - 0.5F * height,
          center.x + 0.5F * width,
          center.y + 0.5F * height};
}

LandmarkOffsets EncodeLandmarks(const PriorBox& prior,
                                const Landmarks& landmarks) {
  LandmarkOffsets offsets = {};
  for (std::size_t i = 0; i < landmarks.size(); ++i) {
    offsets[2 * i] =
        (landmarks[i].x - prior.center.x) / (prior.width * kCenterUnit);
    offsets[2 * i + 1] =
        (landmarks[i].y - prior.center.y) / (prior.height * kCenterUnit);
  }
  return offsets;
}

Landmarks DecodeLandmarks(const PriorBox& prior,
                          std::span<const float, 10> offsets) {
  Landmarks landmarks;
  for (std::size_t i = 0; i < landmarks.size(); ++i) {
    landmarks[i] = {
        prior.center.x + offsets[2 * i] * kCenterUnit * prior.width,
        prior.center.y + offsets[2 * i + 1] * kCenterUnit * prior.height};
  }
  return landmarks;
}

}  // namespace mien::nets
