// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// Turns ReduceMean over height and width, and an AveragePool whose one window
/// is the whole plane, into GlobalAveragePool.
Result<Graph> RecognizeGlobalAveragePool(const Graph& graph);

}  // namespace mien
