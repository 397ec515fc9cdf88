// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

namespace mien {

/// An edge of a graph of faces.
struct WeightedEdge {
  int to = 0;
  float weight = 0.0F;
};

/// Chinese Whispers (Biemann 2006, "Chinese Whispers: an efficient graph
/// clustering algorithm", TextGraphs): every face begins with a label of its
/// own; then all faces, in random order, take over the label with the largest
/// sum of weights among their neighbours, until nothing changes or 30 rounds
/// are over. Of equal sums the lower label wins, so that the answer depends on
/// nothing but the input.
///
/// Departure from the paper: a face does not take a label that another face of
/// its picture has.
///
/// `edges_of_face[i]` are the edges of face i; an edge that only one of its
/// ends has counts for that one. Returns a label per face.
std::vector<int> ChineseWhispers(
    std::span<const std::vector<WeightedEdge>> edges_of_face,
    std::span<const int> picture_of_face);

}  // namespace mien
