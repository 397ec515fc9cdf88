// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "graph/graph.h"

namespace mien {

/// The net of MTCNN that Mtcnn::Create() would take `graph` for, by its layers
/// and outputs, whatever it is called: "P-Net", "R-Net" or "O-Net", or "" for
/// none of them.
std::string_view MtcnnStage(const Graph& graph);

}  // namespace mien
