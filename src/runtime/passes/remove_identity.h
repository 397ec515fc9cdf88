// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// Drops nodes that hand on their input: Identity, Dropout, Concat of one, and
/// reshapes, transposes, casts, pads, slices and expansions that change
/// nothing. Of two reshapes in a row only the second stays.
Result<Graph> RemoveIdentity(const Graph& graph);

}  // namespace mien
