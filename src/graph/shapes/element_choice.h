// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "graph/shapes/shape_rule.h"

namespace mien {

/// The outputs of an operator that only moves elements (Gather, Concat, Slice,
/// Reshape and its kin, Transpose, Expand, Tile, Split, Identity) on known
/// inputs; none for others.
std::vector<Tensor> ChooseElements(const NodeContext& context,
                                   const ValueTypes& types);

}  // namespace mien
