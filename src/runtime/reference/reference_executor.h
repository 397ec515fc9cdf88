// SPDX-License-Identifier: Apache-2.0
//
// Runs a graph by plain loops: the oracle against which everything fast is
// tested. One family of operators per file beside this one.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/tensor.h"
#include "mien/result.h"

namespace mien {

struct ReferenceOptions {
  /// Rounds the operands of convolutions and matrix products to bfloat16 and
  /// sums in float32, as a bf16 CPU does: shows on any machine what bf16 costs.
  enum class Rounding : std::uint8_t { kNone, kBfloat16 };
  Rounding rounding = Rounding::kNone;

  /// Tensors with more elements are refused before they are allocated.
  std::int64_t max_elements = std::int64_t{1} << 28;
};

/// Computes the values named `wanted` (any values of the graph; its outputs
/// when empty) from `inputs`, in double precision inside each operator and
/// float32 between operators. `graph` may be of any opset; half precision in it
/// counts as float32.
///
/// Errors:
/// - kInvalidArgument: an input is missing or `wanted` names no value.
/// - kUnsupported: names node, operator and opset.
Result<std::map<std::string, Tensor>> RunReference(
    const Graph& graph,
    const std::map<std::string, Tensor>& inputs,
    std::span<const std::string> wanted = {},
    const ReferenceOptions& options = {});

/// Computes the outputs of one node, which is in canonical form (graph/opset.h)
/// or of the mien domain, from all of its inputs (an absent one is an empty
/// pointer).
///
/// Errors:
/// - kUnsupported: names node, operator and opset.
/// - kCorruptModel: inputs that do not fit.
Result<std::vector<Tensor>> EvaluateNode(const Node& node,
                                         int opset,
                                         std::span<const Tensor* const> inputs,
                                         const ReferenceOptions& options = {});

}  // namespace mien
