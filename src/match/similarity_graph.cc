// SPDX-License-Identifier: Apache-2.0
#include "match/similarity_graph.h"

#include <algorithm>
#include <cstddef>

namespace mien {
namespace {

/// Faces searched with together; what the index does in one scan.
constexpr std::size_t kFacesPerSearch = 32;

}  // namespace

Result<void> ForEachNeighborhood(
    const FaceSet& faces,
    float threshold,
    int num_threads,
    const std::function<void(int face, std::span<const Neighbor> neighbors)>&
        visit) {
  const std::size_t num_faces = faces.picture_of_face.size();
  const auto dimension = static_cast<std::size_t>(faces.dimension);
  ExactIndex index(faces.dimension);
  for (std::size_t face = 0; face < num_faces; ++face) {
    MIEN_RETURN_IF_ERROR(
        index.Add(face, faces.embeddings.subspan(face * dimension, dimension)));
  }
  const SearchOptions options{.k = static_cast<int>(num_faces),
                              .min_similarity = threshold,
                              .num_threads = num_threads};
  for (std::size_t first = 0; first < num_faces; first += kFacesPerSearch) {
    const std::size_t count = std::min(kFacesPerSearch, num_faces - first);
    MIEN_ASSIGN_OR_RETURN(
        const auto neighborhoods,
        index.Search(
            faces.embeddings.subspan(first * dimension, count * dimension),
            options));
    for (std::size_t i = 0; i < count; ++i) {
      visit(static_cast<int>(first + i), neighborhoods[i]);
    }
  }
  return {};
}

}  // namespace mien
