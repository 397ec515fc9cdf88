// SPDX-License-Identifier: Apache-2.0
//
// Weights in half the size, in a form that every ONNX runtime reads: a float16
// constant and a Cast to float32, which runtimes fold when they load the file.
// The arithmetic stays that of float32.
#pragma once

#include "graph/graph.h"

namespace mien {

/// `graph` with its large float32 constants (at least 1024 elements) stored as
/// float16, rounded to nearest, ties to even. One that float16 cannot hold to
/// its usual precision (too large, or mostly subnormal) stays as it is.
Graph HalveWeights(Graph graph);

/// The reverse but for the rounding: Casts of float16 constants become float32
/// constants.
Graph WidenWeights(Graph graph);

}  // namespace mien
