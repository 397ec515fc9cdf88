// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// Takes Pad with zeros into the Conv or AveragePool behind it, and into a
/// MaxPool where its input cannot be negative.
Result<Graph> FusePad(const Graph& graph);

}  // namespace mien
