// SPDX-License-Identifier: Apache-2.0
//
// The way of a graph into a quantised file: simplified with operators that a
// file may hold, and back from canonical form to ONNX's own.
#pragma once

#include "graph/graph.h"
#include "mien/result.h"

namespace mien::quantize {

/// `graph` in canonical form with batch norms and scalings folded into the
/// layers beside them, nothing fused: what quantisation is decided on.
Result<Graph> Simplify(const Graph& graph);

/// The canonical graph `graph`, with operators of ONNX's own domain and Gemms
/// (FusedGemm without an activation), in the form of opset 13, which can be
/// saved; of opset 17 where an operator came later.
///
/// Errors:
/// - kUnsupported: names an operator that such a file cannot hold.
Result<Graph> ToStandardForm(Graph graph);

}  // namespace mien::quantize
