// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "mien/clusterer.h"

namespace mien {

/// Agglomerative clustering by average linkage (UPGMA) of the faces `members`
/// of `faces`: the groups that are left when no two groups without a common
/// picture have a mean similarity of `threshold` between their members.
///
/// Found with nearest-neighbour chains (Murtagh 1983, "A survey of recent
/// advances in hierarchical clustering algorithms", Computer Journal 26), which
/// do the same mergers as always merging the best pair, in another order. That
/// needs a similarity that no merger can raise above both of its parts':
/// averages have that, and so has the rule that a common picture makes it
/// minus infinity. For unit vectors the mean similarity of two groups is the
/// dot product of their sums over the product of their sizes, so memory grows
/// with n, not n^2.
std::vector<std::vector<int>> AverageLinkage(const FaceSet& faces,
                                             std::span<const int> members,
                                             float threshold);

}  // namespace mien
