// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "graph/graph.h"
#include "graph/shape_inference.h"

namespace mien {

/// `graph` for people, a line per input, node and output:
///
///   input  [1, 3, 160, 160]
///   conv1_out [1, 8, 80, 80] = Conv(input, conv1.weight [8, 3, 3, 3])
///
/// Shapes of computed values are those of `shapes`, and left out where it has
/// none.
std::string GraphText(const Graph& graph, const InferredShapes& shapes = {});

}  // namespace mien
