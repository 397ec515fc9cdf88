// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph/tensor.h"
#include "runtime/reference/operands.h"

namespace mien::reference {

/// The extents of `a` and `b` combined element by element, after numpy's rule:
/// aligned at the last axis, extent 1 stretches.
///
/// Errors:
/// - kCorruptModel: names both shapes.
Result<Shape> BroadcastShape(const Shape& a, const Shape& b);

/// `source` stretched to `shape`, which must come from BroadcastShape() of it.
///
/// Errors:
/// - kCorruptModel: more elements than the options of `op` allow.
Result<Tensor> BroadcastTo(const Operands& op,
                           const Tensor& source,
                           const Shape& shape);

}  // namespace mien::reference
