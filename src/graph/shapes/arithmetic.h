// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "graph/shapes/shape_rule.h"

namespace mien {

/// The output of an operator that computes (Add, Mul, Div, Floor, Cast,
/// comparisons, Where, Range, reductions, ...) on known inputs; nothing for
/// others and for what has no answer.
std::optional<Tensor> ComputeElements(const NodeContext& context,
                                      const ValueType& type);

}  // namespace mien
