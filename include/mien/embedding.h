// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "mien/result.h"

namespace mien {

// Matrix convention of the whole library: n embeddings of dimension d lie
// row-major in one array, component j of embedding i at x[i * d + j].

/// A face as a point on the unit sphere, with the id of the model that made it.
struct Embedding {
  /// [d], Euclidean length 1.
  std::vector<float> values;

  /// ModelContract::id of the embedding model.
  std::string model_id;
};

/// Cosine of the angle between two embeddings, in [-1, 1]; higher is more
/// alike.
///
/// Errors:
/// - kModelMismatch: made by two different models.
Result<float> CosineSimilarity(const Embedding& a, const Embedding& b);

/// Cosine of the angle between two vectors of equal size, of any length > 0.
float CosineSimilarity(std::span<const float> a, std::span<const float> b);

}  // namespace mien
