// SPDX-License-Identifier: Apache-2.0
#include "gallery/fusion.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

namespace mien {
namespace {

float Mean(std::span<const float> values) {
  return std::accumulate(values.begin(), values.end(), 0.0F) /
         static_cast<float>(values.size());
}

float MeanOfTop(std::span<const float> similarities) {
  std::vector<float> top(
      std::min<std::size_t>(similarities.size(), kFusedTemplates));
  std::partial_sort_copy(similarities.begin(),
                         similarities.end(),
                         top.begin(),
                         top.end(),
                         std::greater<>());
  return Mean(top);
}

}  // namespace

std::string_view FusionName(Fusion fusion) {
  switch (fusion) {
    case Fusion::kMax:
      return "max";
    case Fusion::kMeanOfTop:
      return "mean-of-top";
    case Fusion::kCentroid:
      break;
  }
  return "centroid";
}

std::size_t NumComparisons(Fusion fusion,
                           std::size_t num_subjects,
                           std::size_t num_templates) {
  return fusion == Fusion::kMax ? num_templates : num_subjects;
}

float Fuse(Fusion fusion,
           std::span<const float> similarities,
           float centroid_length) {
  switch (fusion) {
    case Fusion::kMax:
      return *std::ranges::max_element(similarities);
    case Fusion::kMeanOfTop:
      return MeanOfTop(similarities);
    case Fusion::kCentroid:
      break;
  }
  // The product with a mean is the mean of the products.
  return Mean(similarities) / centroid_length;
}

}  // namespace mien
