// SPDX-License-Identifier: Apache-2.0
//
// Runs the wide first layers of a network on few samples of a batch at a time,
// so that what one layer writes is still in the cache when the next reads it,
// and the narrow last ones, whose weights outweigh their values, on all of
// them. Depends on graph.
#pragma once

#include <cstdint>
#include <optional>

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// A network in two parts.
struct BatchSplit {
  /// From the network's input to one value, `samples` at a time.
  Graph head;
  std::int64_t samples = 1;

  /// From that value to the network's outputs, for the whole batch.
  Graph tail;
};

/// Splits `graph`, which is optimized and of fixed extents; nothing where that
/// would gain nothing: for a batch whose values fit the cache as a whole, for
/// convolutions that compute much more than they read and write, or where no
/// single float value lies between the wide layers, all of which keep samples
/// apart, and the narrow ones. Each of `num_threads` has a sample to itself.
///
/// Errors: those of InferShapes().
Result<std::optional<BatchSplit>> SplitBatch(const Graph& graph,
                                             int num_threads);

}  // namespace mien
