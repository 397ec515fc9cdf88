// SPDX-License-Identifier: Apache-2.0
//
// Lets a network whose file fixes the batch to 1 take any batch. Depends on
// graph.
#pragma once

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// `graph` with a free leading extent on its inputs and outputs, for a network
/// exported with a batch of 1; one that already leaves it free comes back as it
/// is. Every node is checked to keep the samples of a batch apart, so the
/// answer for a chip does not depend on its neighbours; reshapes to a constant
/// leading 1 are rewritten.
///
/// Errors:
/// - kUnsupported: a fixed batch other than 1, or names the first node that is
///   not known to keep samples apart. The network then runs chip by chip.
/// - those of InferShapes().
Result<Graph> FreeBatch(Graph graph);

}  // namespace mien
