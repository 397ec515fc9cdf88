// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "graph/graph.h"
#include "mien/model.h"
#include "mien/result.h"

namespace mien {

/// The contract in `graph.metadata`; its id is ModelId(graph).
///
/// Errors:
/// - kCorruptModel: names the malformed key.
/// - kNotFound: no `mien.*` key at all.
Result<ModelContract> ContractFromGraph(const Graph& graph);

/// The contract in `graph`, or `profile` where it has none (completed with the
/// graph's own input and output extents and id).
///
/// Errors: those of ContractFromGraph(); kInvalidArgument as
/// ReadModelContract().
Result<ModelContract> ContractOrProfile(const Graph& graph,
                                        std::string_view profile);

/// Replaces the `mien.*` keys of `graph` by those of `contract`.
void StoreContract(const ModelContract& contract, Graph& graph);

}  // namespace mien
