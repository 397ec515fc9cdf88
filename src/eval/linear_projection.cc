// SPDX-License-Identifier: Apache-2.0
#include "eval/linear_projection.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>

namespace mien {

std::vector<float> LinearProjection::Apply(std::span<const float> x) const {
  std::vector<float> centred(x.size());
  std::ranges::transform(x, mean, centred.begin(), std::minus<>());
  if (rows.empty()) {
    return centred;
  }
  const std::size_t d = x.size();
  std::vector<float> projected(rows.size() / d);
  for (std::size_t k = 0; k < projected.size(); ++k) {
    const auto row = std::span(rows).subspan(k * d, d);
    projected[k] =
        std::inner_product(row.begin(), row.end(), centred.begin(), 0.0F);
  }
  return projected;
}

std::vector<float> MeanOf(std::span<const std::vector<float>* const> vectors) {
  if (vectors.empty()) {
    return {};
  }
  std::vector<double> sum(vectors.front()->size());
  for (const std::vector<float>* vector : vectors) {
    std::ranges::transform(sum, *vector, sum.begin(), std::plus<>());
  }
  std::vector<float> mean;
  for (const double value : sum) {
    mean.push_back(
        static_cast<float>(value / static_cast<double>(vectors.size())));
  }
  return mean;
}

}  // namespace mien
