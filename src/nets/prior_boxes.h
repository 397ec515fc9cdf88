// SPDX-License-Identifier: Apache-2.0
//
// Prior boxes of a single-shot detector (Liu et al. 2016, arXiv:1512.02325,
// section 2.2) and what its outputs mean relative to them.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "mien/geometry.h"

namespace mien::nets {

/// The priors that stand on one feature map: squares of each of `sizes_px`,
/// centred on every cell of `stride_px` x `stride_px` input pixels.
struct PriorLevel {
  int stride_px = 0;
  std::vector<float> sizes_px;
};

/// A prior in pixels of the network's input.
struct PriorBox {
  Point center;
  float width = 0.0F;
  float height = 0.0F;
};

/// The levels of FaceSsd(): strides 8, 16, 32, 64 with squares from 10 to 512
/// pixels, so sized that a face differs from the nearest one by less than 1.3
/// times. The sizes up to 256 are those of UltraFace (github.com/Linzaer,
/// fd_config.py); the two above are for the face that fills the picture.
std::span<const PriorLevel> FaceSsdPriors();

/// All priors for an input of `width` x `height` pixels, in the order of the
/// detector's outputs: by level, row, column, size. A map has
/// ceil(extent / stride) cells; priors may reach past the border.
std::vector<PriorBox> GeneratePriors(std::span<const PriorLevel> levels,
                                     int width,
                                     int height);

/// Units in which the network states offsets and sizes (the "variances" of
/// Liu's code): a centre moves by 0.1 prior sides per unit, a side grows by
/// exp(0.2) per unit.
inline constexpr float kCenterUnit = 0.1F;
inline constexpr float kSizeUnit = 0.2F;

/// [dx, dy, dw, dh]:
///   dx = (center_x - prior_x) / (prior_w * 0.1),  dw = log(w / prior_w) / 0.2
/// and the same for y and h.
using BoxOffsets = std::array<float, 4>;

/// [x, y] of each of the five landmarks:
///   (x - prior_x) / (prior_w * 0.1), (y - prior_y) / (prior_h * 0.1)
using LandmarkOffsets = std::array<float, 10>;

/// `box` has an area above 0.
BoxOffsets EncodeBox(const PriorBox& prior, const Box& box);
Box DecodeBox(const PriorBox& prior, std::span<const float, 4> offsets);

LandmarkOffsets EncodeLandmarks(const PriorBox& prior,
                                const Landmarks& landmarks);
Landmarks DecodeLandmarks(const PriorBox& prior,
                          std::span<const float, 10> offsets);

}  // namespace mien::nets
