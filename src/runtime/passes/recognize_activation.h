// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// Replaces activations that exporters spell out by their operator: limits by
/// Min and Max become Clip, Clip(x + 3, 0, 6) / 6 becomes HardSigmoid, and
/// x times either becomes HardSwish (Howard et al. 2019, "Searching for
/// MobileNetV3", arXiv:1905.02244, section 5.2).
Result<Graph> RecognizeActivation(const Graph& graph);

}  // namespace mien
