// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// One rewrite: a pure function from graph to equivalent graph.
struct Pass {
  std::string_view name;
  Result<Graph> (*run)(const Graph& graph);
};

/// The passes of the inference compiler, in the order in which they run.
std::span<const Pass> InferencePasses();

/// Runs all `passes` in order.
Result<Graph> Optimize(const Graph& graph,
                       std::span<const Pass> passes = InferencePasses());

/// Fixes the inputs to `input_shapes` and replaces every value that then is a
/// constant (shape arithmetic included) by an initializer.
///
/// Errors: those of InferShapes().
Result<Graph> Specialize(const Graph& graph,
                         const std::map<std::string, Shape>& input_shapes);

}  // namespace mien
