// SPDX-License-Identifier: Apache-2.0
#include "data/nearest_chip.h"

#include <algorithm>

#include "data/embedding_index.h"

namespace mien {

Result<std::vector<NearestChip>> FindNearestChips(
    const EmbeddingFile& probes,
    const EmbeddingFile& others,
    int num_threads,
    const DataProgress& progress) {
  if (probes.model_id() != others.model_id() ||
      probes.dimension() != others.dimension()) {
    return Error{ErrorCode::kModelMismatch,
                 "the teachers are " + probes.model_id() + " and " +
                     others.model_id() + "; must be the same"};
  }
  if (others.size() == 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "there is no chip to compare with"};
  }
  MIEN_ASSIGN_OR_RETURN(const ExactIndex index, IndexEmbeddings(others));
  std::vector<NearestChip> nearest;
  SearchOptions options;
  options.k = 1;
  options.num_threads = num_threads;
  MIEN_RETURN_IF_ERROR(SearchEmbeddings(
      index, probes, options, progress, [&](std::span<const Neighbor> found) {
        nearest.push_back({found[0].id, found[0].cosine_similarity});
      }));
  return nearest;
}

}  // namespace mien
