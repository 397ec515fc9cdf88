// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

#include "graph/graph.h"
#include "runtime/passes/graph_editor.h"
#include "runtime/passes/known_types.h"

namespace mien {

/// Positions of the inputs that fused_ops.h gives FusedConv and FusedGemm.
inline constexpr std::size_t kConvResidual = 3;
inline constexpr std::size_t kConvSlope = 4;
inline constexpr std::size_t kGemmSlope = 3;

/// `node`, a Conv or FusedConv, as a FusedConv with resolved pads; nothing when
/// it is neither or its auto_pad needs extents that are not known.
std::optional<Node> AsFusedConv(const Graph& graph,
                                const KnownTypes& types,
                                const Node& node);

/// Sets input `i` of `node`, which may have fewer so far.
void SetInput(Node& node, std::size_t i, std::string value);

}  // namespace mien
