// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "graph/shapes/shape_rule.h"

namespace mien {

/// Most elements of a value that EvaluateSmall() computes.
inline constexpr std::int64_t kMostSmallElements = 4096;

/// The outputs of one node of shape arithmetic when its inputs are known (those
/// of Shape and Size always are) and no value is large; otherwise none. What
/// has no answer, a division by zero or an index out of range, gives none too.
std::vector<Tensor> EvaluateSmall(const NodeContext& context,
                                  const ValueTypes& types);

}  // namespace mien
