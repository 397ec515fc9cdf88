// SPDX-License-Identifier: Apache-2.0
#include "eval/eigenfaces.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "eval/grey_chip.h"
#include "eval/metrics.h"
#include "eval/principal_axes.h"
#include "mien/embedding.h"

namespace mien {
namespace {

constexpr int kChipSide = 40;
constexpr std::size_t kNumAxes = 128;
constexpr std::size_t kMostTraining = 3000;

/// Brings `values` to mean 0 and deviation 1; an even chip becomes all 0.
void Standardize(std::vector<float>& values) {
  const std::vector<double> doubles(values.begin(), values.end());
  const MeanAndDeviation summary =
      Summarize(doubles).value_or(MeanAndDeviation{});
  const double scale = summary.deviation > 1e-6 ? 1.0 / summary.deviation : 0.0;
  for (float& value : values) {
    value =
        static_cast<float>((static_cast<double>(value) - summary.mean) * scale);
  }
}

/// At most `most` of `all`, evenly spaced.
std::vector<const Descriptor*> EvenlyChosen(
    std::span<const Descriptor* const> all, std::size_t most) {
  const std::size_t count = std::min(all.size(), most);
  std::vector<const Descriptor*> chosen;
  for (std::size_t i = 0; i < count; ++i) {
    chosen.push_back(all[i * all.size() / count]);
  }
  return chosen;
}

}  // namespace

EigenfaceMethod::EigenfaceMethod()
    : contract_(HandcraftedContract("eigenfaces", kChipSide)) {}

EigenfaceMethod::EigenfaceMethod(LinearProjection learned)
    : contract_(HandcraftedContract("eigenfaces", kChipSide)),
      learned_(std::move(learned)) {}

std::string EigenfaceMethod::id() const {
  return "eigenfaces, " + std::to_string(kChipSide) + " x " +
         std::to_string(kChipSide) + ", " + std::to_string(kNumAxes) +
         " axes, whitened cosine";
}

Result<std::vector<Descriptor>> EigenfaceMethod::Describe(
    std::span<const Image> chips) const {
  std::vector<Descriptor> descriptors;
  for (const Image& chip : chips) {
    MIEN_RETURN_IF_ERROR(CheckChipSize(chip, kChipSide));
    Descriptor luma = LumaOf(chip);
    Standardize(luma);
    descriptors.push_back(learned_ ? learned_->Apply(luma) : std::move(luma));
  }
  return descriptors;
}

Result<std::optional<LinearProjection>> EigenfaceMethod::Learn(
    std::span<const Descriptor* const> training) const {
  if (learned_) {
    return std::optional<LinearProjection>();
  }
  MIEN_ASSIGN_OR_RETURN(
      PrincipalAxes axes,
      FindPrincipalAxes(EvenlyChosen(training, kMostTraining), kNumAxes));
  std::vector<float>& rows = axes.projection.rows;
  const std::size_t d = axes.projection.mean.size();
  for (std::size_t k = 0; k < kNumAxes; ++k) {
    const double deviation = std::sqrt(std::max(axes.variances[k], 0.0));
    const auto scale =
        static_cast<float>(deviation > 1e-6 ? 1.0 / deviation : 0.0);
    for (float& value : std::span(rows).subspan(k * d, d)) {
      value *= scale;
    }
  }
  return std::optional(std::move(axes.projection));
}

float EigenfaceMethod::Similarity(std::span<const float> a,
                                  std::span<const float> b) const {
  return CosineSimilarity(a, b);
}

}  // namespace mien
