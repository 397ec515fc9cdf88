// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "graph/graph.h"
#include "graph/tensor.h"
#include "mien/result.h"

namespace mien::reference {

/// How a window slides along one axis: output i reads the inputs
/// i * stride - pad_begin + k * dilation for k in [0, kernel).
struct WindowAxis {
  std::int64_t in = 1;
  std::int64_t out = 1;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t pad_begin = 0;
  std::int64_t pad_end = 0;
};

/// Half-open.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// The outputs whose tap `k` lies inside of the input.
Range OutputsInside(const WindowAxis& axis, std::int64_t k);

/// A window over pictures [N, C, H, W], or over rows [N, C, W] with H = 1.
struct Window {
  WindowAxis y;
  WindowAxis x;

  /// [n, c] and the output extents, with as many axes as the input had.
  [[nodiscard]] Shape OutputShape(std::int64_t n, std::int64_t c) const;

  bool is_two_dimensional = true;
};

/// Which direction of Conv a window belongs to.
enum class WindowKind : std::uint8_t { kConv, kConvTranspose, kPool };

/// Reads strides, dilations, pads, auto_pad, and for pools ceil_mode, for
/// transposed convolutions output_padding and output_shape. `kernel` are the
/// spatial extents of the window, [kh, kw] or [kw].
///
/// Errors:
/// - kUnsupported: not one or two spatial axes.
/// - kCorruptModel: names what is out of its range.
Result<Window> ResolveWindow(const Node& node,
                             WindowKind kind,
                             const Shape& input,
                             const Shape& kernel);

}  // namespace mien::reference
