// SPDX-License-Identifier: Apache-2.0
#include "data/embedding_index.h"

#include <algorithm>
#include <string>

namespace mien {

Result<ExactIndex> IndexEmbeddings(const EmbeddingFile& file) {
  ExactIndex index(file.dimension());
  for (std::size_t i = 0; i < file.size(); ++i) {
    if (const auto added = index.Add(i, file.row(i)); !added) {
      return Error{
          ErrorCode::kCorruptData,
          "embedding " + std::to_string(i) + ": " + added.error().message};
    }
  }
  return index;
}

Result<void> SearchEmbeddings(
    const ExactIndex& index,
    const EmbeddingFile& probes,
    const SearchOptions& options,
    const DataProgress& progress,
    const std::function<void(std::span<const Neighbor>)>& visit) {
  constexpr std::size_t kProbesPerSearch = 256;
  const auto d = static_cast<std::size_t>(probes.dimension());
  for (std::size_t first = 0; first < probes.size();
       first += kProbesPerSearch) {
    const std::size_t count = std::min(kProbesPerSearch, probes.size() - first);
    // Rows follow one another in the file.
    const std::span<const float> some(probes.row(first).data(), count * d);
    MIEN_ASSIGN_OR_RETURN(const auto found, index.Search(some, options));
    for (const std::vector<Neighbor>& neighbors : found) {
      visit(neighbors);
    }
    if (progress) {
      progress(static_cast<int>(first + count),
               static_cast<int>(probes.size()));
    }
  }
  return {};
}

}  // namespace mien
