// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>

#include "index/exact_index.h"
#include "mien/clusterer.h"
#include "mien/result.h"

namespace mien {

/// Calls `visit(face, neighbors)` for every face of `faces` in order, with the
/// faces that are at least `threshold` alike to it, most similar first, itself
/// among them. Neighbour ids are the places of faces. At most a few faces'
/// neighbours are in memory at a time.
///
/// Errors:
/// - kInvalidArgument: an embedding is not of length 1.
Result<void> ForEachNeighborhood(
    const FaceSet& faces,
    float threshold,
    int num_threads,
    const std::function<void(int face, std::span<const Neighbor> neighbors)>&
        visit);

}  // namespace mien
