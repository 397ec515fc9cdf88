// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// Replaces nodes that read only constants by their results, within a budget of
/// elements, so that a small file cannot grow without bounds. Nodes that do not
/// fit it, or cannot be evaluated, stay.
Result<Graph> FoldConstants(const Graph& graph);

}  // namespace mien
