// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "graph/window.h"
#include "runtime/reference/operands.h"

namespace mien::reference {

/// Half-open.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// The outputs of a convolution or pool whose tap `k` lies inside of the input:
/// output i reads the input i * stride - pad_begin + k * dilation.
Range OutputsInside(const WindowAxis& axis, std::int64_t k);

/// A window over pictures [N, C, H, W], or over rows [N, C, W] with H = 1.
struct Window {
  WindowAxis y;
  WindowAxis x;

  /// [n, c] and the output extents, with as many axes as the input had.
  [[nodiscard]] Shape OutputShape(std::int64_t n, std::int64_t c) const;

  bool is_two_dimensional = true;
};

/// The window of a Conv, ConvTranspose or pool over input 0. `weight` is the
/// shape of the second input, empty for pools.
///
/// Errors:
/// - kUnsupported: not one or two spatial axes.
/// - kCorruptModel: as ResolveWindow() of graph.
Result<Window> InputWindow(const Operands& op, const Shape& weight);

}  // namespace mien::reference
