// SPDX-License-Identifier: Apache-2.0
#include "embedding_input.h"

#include <cmath>
#include <cstddef>
#include <string>

namespace mien::server {

Result<Embedding> EmbeddingOf(const Json& json, const ModelContract& contract) {
  const auto size = static_cast<std::size_t>(contract.embedding_size);
  Embedding embedding{.values = {}, .model_id = contract.id};
  double squares = 0.0;
  for (const Json& value : json) {
    if (!value.is_number()) {
      break;
    }
    embedding.values.push_back(value.get<float>());
    squares += std::pow(static_cast<double>(embedding.values.back()), 2);
  }
  if (embedding.values.size() != size || json.size() != size ||
      !(squares > 0.0) || !std::isfinite(squares)) {
    return Error{
        ErrorCode::kInvalidArgument,
        "an embedding must be " + std::to_string(size) + " numbers, not all 0"};
  }
  for (float& value : embedding.values) {
    value = static_cast<float>(static_cast<double>(value) / std::sqrt(squares));
  }
  return embedding;
}

}  // namespace mien::server
