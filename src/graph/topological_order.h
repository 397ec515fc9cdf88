// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// Puts the nodes of `graph` in an order in which each uses only values made
/// before it; nodes that are in order already stay where they are.
///
/// Errors:
/// - kCorruptModel: names a value that nothing makes, one that is made twice,
/// or
///   a node of a cycle.
Result<void> SortNodes(Graph& graph);

}  // namespace mien
