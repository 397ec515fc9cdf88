// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// Takes the Add of a convolution's output and another value of equal, known
/// extents into the convolution (FusedConv's residual). Runs before activations
/// are fused: the sum comes first.
Result<Graph> FuseResidual(const Graph& graph);

}  // namespace mien
