// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// Moves transposes behind the elementwise operators, joins and softmaxes that
/// follow them, so that pairs meet, cancel, and leave convolutions next to
/// their activations. A transpose that only moves axes of extent 1 becomes a
/// Reshape.
Result<Graph> EliminateTranspose(const Graph& graph);

}  // namespace mien
