// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// Multiplies batch normalisations into the weights of the Conv, ConvTranspose
/// or FusedGemm before them, or behind them where no padding stands between
/// (padding is 0 after the normalisation, not before it).
Result<Graph> FoldBatchNorm(const Graph& graph);

}  // namespace mien
