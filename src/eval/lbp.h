// SPDX-License-Identifier: Apache-2.0
//
// Local binary patterns (Ahonen, Hadid and Pietikainen 2006, "Face Description
// with Local Binary Patterns"): the best known way of comparing faces before
// there were networks, as a baseline.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "eval/face_method.h"

namespace mien {

/// Labels of LBP^u2_{8,R}: one for each of the 58 uniform patterns, which have
/// at most two changes between 0 and 1 around the circle, and one for all
/// others.
inline constexpr int kNumUniformLabels = 59;

/// The label of each 8-bit pattern; 58 for those that are not uniform.
std::array<std::uint8_t, 256> UniformLabels();

/// The pattern of each pixel of `luma`, [height, width], whose circle of
/// `radius` pixels lies inside: bit p is set when the neighbour at angle 2 pi
/// p / 8, bilinearly interpolated, is at least as bright. Answer
/// [height - 2 radius, width - 2 radius].
std::vector<std::uint8_t> BinaryPatterns(std::span<const float> luma,
                                         int width,
                                         int height,
                                         int radius);

/// The mean over the cells of sum (a - b)^2 / (a + b), in [0, 2], of two
/// descriptors of as many cells whose histograms each sum to 1.
double ChiSquare(std::span<const float> a, std::span<const float> b);

/// Histograms of LBP^u2_{8,2} in a grid over chips of 112 x 112 pixels aligned
/// by five landmarks, compared by chi-square. Differs from the paper in the
/// chips (130 x 150 pixels by the eyes) and in giving all cells one weight.
class LbpMethod final : public FaceMethod {
 public:
  LbpMethod();

  [[nodiscard]] std::string name() const override { return "lbp"; }

  [[nodiscard]] std::string id() const override;

  [[nodiscard]] const ModelContract& contract() const override {
    return contract_;
  }

  /// [cells * 59], each cell's histogram summing to 1.
  [[nodiscard]] Result<std::vector<Descriptor>> Describe(
      std::span<const Image> chips) const override;

  /// 1 - ChiSquare().
  [[nodiscard]] float Similarity(std::span<const float> a,
                                 std::span<const float> b) const override;

 private:
  ModelContract contract_;
  std::array<std::uint8_t, 256> labels_;
};

}  // namespace mien
