// SPDX-License-Identifier: Apache-2.0
#include "mien/embedding.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/check.h"

namespace mien {

Result<float> CosineSimilarity(const Embedding& a, const Embedding& b) {
  if (a.model_id != b.model_id || a.values.size() != b.values.size()) {
    return Error{ErrorCode::kModelMismatch,
                 "embeddings of two models cannot be compared: " + a.model_id +
                     " and " + b.model_id};
  }
  return CosineSimilarity(a.values, b.values);
}

float CosineSimilarity(std::span<const float> a, std::span<const float> b) {
  MIEN_CHECK(a.size() == b.size());
  double product = 0.0;
  double length_a = 0.0;
  double length_b = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i];
    const double y = b[i];
    product += x * y;
    length_a += x * x;
    length_b += y * y;
  }
  const double cosine = product / std::sqrt(length_a * length_b);
  return static_cast<float>(std::clamp(cosine, -1.0, 1.0));
}

}  // namespace mien
