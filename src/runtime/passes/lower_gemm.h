// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// Turns Gemm and MatMul of a matrix by constant weights into FusedGemm, whose
/// weights are [out, in]; a Transpose of pictures flattened before it (models
/// that come from channels-last frameworks) becomes an order of the weights.
Result<Graph> LowerGemm(const Graph& graph);

}  // namespace mien
