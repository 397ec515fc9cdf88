// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "runtime/reference/operands.h"

namespace mien::reference {

/// The sums of a convolution before anything is done to them, [N, M, OH, OW].
struct ConvolutionSums {
  Shape shape;
  std::vector<double> values;
};

/// Conv of inputs x, w and optionally b, the first three of `op`.
///
/// Errors:
/// - kCorruptModel, kUnsupported: inputs or attributes that do not fit.
Result<ConvolutionSums> Convolve(const Operands& op);

}  // namespace mien::reference
