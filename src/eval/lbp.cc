// SPDX-License-Identifier: Apache-2.0
#include "eval/lbp.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "eval/grey_chip.h"

namespace mien {
namespace {

constexpr int kChipSide = 112;
constexpr int kRadius = 2;
constexpr int kNumNeighbours = 8;

/// Cells per side; the patterns of a chip are 108 x 108, a cell 12 x 12.
constexpr int kGrid = 9;
constexpr int kCell = (kChipSide - 2 * kRadius) / kGrid;

/// Where a neighbour lies: the pixel up and left of it and the weights of that
/// one, the next, the one below and the one below right.
struct Neighbour {
  int dx = 0;
  int dy = 0;
  std::array<float, 4> weights;
};

std::array<Neighbour, kNumNeighbours> NeighboursAt(int radius) {
  std::array<Neighbour, kNumNeighbours> neighbours;
  for (int p = 0; p < kNumNeighbours; ++p) {
    const double angle = 2.0 * std::numbers::pi * p / kNumNeighbours;
    // Rounded, so that 2 cos 90 degrees is 0 and not 1e-16.
    const auto snap = [](double v) { return std::round(v * 1e6) / 1e6; };
    const double x = snap(radius * std::cos(angle));
    const double y = snap(-radius * std::sin(angle));
    const double left = std::floor(x);
    const double top = std::floor(y);
    const auto fx = static_cast<float>(x - left);
    const auto fy = static_cast<float>(y - top);
    neighbours[static_cast<std::size_t>(p)] = {
        static_cast<int>(left),
        static_cast<int>(top),
        {(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy}};
  }
  return neighbours;
}

/// The brightness at a neighbour of pixel `at`. A pixel of weight 0 may lie
/// outside and is not read.
float Sample(std::span<const float> luma,
             std::ptrdiff_t at,
             int width,
             const Neighbour& neighbour) {
  const std::ptrdiff_t corner =
      at + static_cast<std::ptrdiff_t>(neighbour.dy) * width + neighbour.dx;
  const std::array<std::ptrdiff_t, 4> offsets = {0, 1, width, width + 1};
  float sum = 0.0F;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    if (neighbour.weights[i] != 0.0F) {
      sum += neighbour.weights[i] *
             luma[static_cast<std::size_t>(corner + offsets[i])];
    }
  }
  return sum;
}

}  // namespace

std::array<std::uint8_t, 256> UniformLabels() {
  std::array<std::uint8_t, 256> labels = {};
  std::uint8_t next = 0;
  for (unsigned pattern = 0; pattern < 256; ++pattern) {
    const auto bits = static_cast<std::uint8_t>(pattern);
    const int changes =
        std::popcount(static_cast<std::uint8_t>(bits ^ std::rotl(bits, 1)));
    labels[pattern] = changes <= 2 ? next++ : kNumUniformLabels - 1;
  }
  return labels;
}

std::vector<std::uint8_t> BinaryPatterns(std::span<const float> luma,
                                         int width,
                                         int height,
                                         int radius) {
  const std::array<Neighbour, kNumNeighbours> neighbours = NeighboursAt(radius);
  std::vector<std::uint8_t> patterns;
  for (int y = radius; y < height - radius; ++y) {
    for (int x = radius; x < width - radius; ++x) {
      const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(y) * width + x;
      const float centre = luma[static_cast<std::size_t>(at)];
      unsigned pattern = 0;
      for (unsigned p = 0; p < kNumNeighbours; ++p) {
        // Interpolated values of an even surface may round below it.
        constexpr float kRounding = 1e-3F;
        if (Sample(luma, at, width, neighbours[p]) >= centre - kRounding) {
          pattern |= 1U << p;
        }
      }
      patterns.push_back(static_cast<std::uint8_t>(pattern));
    }
  }
  return patterns;
}

double ChiSquare(std::span<const float> a, std::span<const float> b) {
  double sum = 0.0;
  double mass = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double both = static_cast<double>(a[i]) + static_cast<double>(b[i]);
    const double difference =
        static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += both > 0.0 ? difference * difference / both : 0.0;
    mass += both;
  }
  // Each cell's two histograms have mass 2.
  return mass > 0.0 ? sum / (mass / 2.0) : 0.0;
}

LbpMethod::LbpMethod()
    : contract_(HandcraftedContract("lbp", kChipSide)),
      labels_(UniformLabels()) {}

std::string LbpMethod::id() const {
  return "LBP u2(8,2), " + std::to_string(kGrid) + " x " +
         std::to_string(kGrid) + " cells, chi-square";
}

Result<std::vector<Descriptor>> LbpMethod::Describe(
    std::span<const Image> chips) const {
  constexpr int kPatternSide = kGrid * kCell;
  std::vector<Descriptor> descriptors;
  for (const Image& chip : chips) {
    MIEN_RETURN_IF_ERROR(CheckChipSize(chip, kChipSide));
    const std::vector<std::uint8_t> patterns =
        BinaryPatterns(LumaOf(chip), kChipSide, kChipSide, kRadius);
    Descriptor histograms(
        static_cast<std::size_t>(kGrid * kGrid * kNumUniformLabels));
    for (int y = 0; y < kPatternSide; ++y) {
      for (int x = 0; x < kPatternSide; ++x) {
        const int cell = y / kCell * kGrid + x / kCell;
        const int label =
            labels_[patterns[static_cast<std::size_t>(y * kPatternSide + x)]];
        histograms[static_cast<std::size_t>(cell * kNumUniformLabels +
                                            label)] += 1.0F / (kCell * kCell);
      }
    }
    descriptors.push_back(std::move(histograms));
  }
  return descriptors;
}

float LbpMethod::Similarity(std::span<const float> a,
                            std::span<const float> b) const {
  return static_cast<float>(1.0 - ChiSquare(a, b));
}

}  // namespace mien
