// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// Takes the activation behind a Conv, FusedConv or FusedGemm into it, be it a
/// node or x * Sigmoid(x).
Result<Graph> FuseActivation(const Graph& graph);

}  // namespace mien
