// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// Takes Mul, Div, Add and Sub with a constant per channel into the weights of
/// the layer before or behind them: the residual scale of Inception-ResNet's
/// blocks, the bias behind a MatMul, a normalisation written as arithmetic.
Result<Graph> FoldScale(const Graph& graph);

}  // namespace mien
