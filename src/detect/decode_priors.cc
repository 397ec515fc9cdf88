// SPDX-License-Identifier: Apache-2.0
#include "detect/decode_priors.h"

#include <cmath>

namespace mien {
namespace {

// Two probabilities sum up to 1; anything else is before softmax.
float FaceProbability(std::span<const float> scores) {
  constexpr float kRounding = 1e-3F;
  if (std::abs(scores[0] + scores[1] - 1.0F) < kRounding && scores[0] >= 0 &&
      scores[1] >= 0) {
    return scores[1];
  }
  return 1.0F / (1.0F + std::exp(scores[0] - scores[1]));
}

}  // namespace

Result<std::vector<Detection>> DecodePriors(
    std::span<const NetOutput> outputs,
    std::span<const nets::PriorLevel> levels,
    const SsdQuery& query) {
  const auto priors = nets::GeneratePriors(levels, query.width, query.height);
  MIEN_ASSIGN_OR_RETURN(const NetOutput* scores,
                        OutputWithColumns(outputs, 2, priors.size()));
  MIEN_ASSIGN_OR_RETURN(const NetOutput* boxes,
                        OutputWithColumns(outputs, 4, priors.size()));
  MIEN_ASSIGN_OR_RETURN(const NetOutput* landmarks,
                        OutputWithColumns(outputs, 10, priors.size()));
  std::vector<Detection> faces;
  for (std::size_t i = 0; i < priors.size(); ++i) {
    const float score = FaceProbability(scores->row(i));
    if (score >= query.threshold) {
      faces.push_back(
          {.box = nets::DecodeBox(priors[i], boxes->row(i).first<4>()),
           .score = score,
           .landmarks = nets::DecodeLandmarks(priors[i],
                                              landmarks->row(i).first<10>())});
    }
  }
  return faces;
}

}  // namespace mien
