// SPDX-License-Identifier: Apache-2.0
//
// Geometry of sliding windows: convolution and pooling over the spatial axes.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"
#include "mien/result.h"

namespace mien {

/// One spatial axis of a convolution or pooling.
struct WindowAxis {
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;

  /// Elements that `auto_pad` or `pads` put before and after the input; for a
  /// ConvTranspose, elements cut off its output.
  std::int64_t pad_begin = 0;
  std::int64_t pad_end = 0;

  /// Extents of the axis before and after.
  std::int64_t in = 0;
  std::int64_t out = 0;
};

/// Reads kernel_shape, strides, dilations, pads, auto_pad, ceil_mode,
/// output_padding and output_shape of `node` (Conv, ConvTranspose, FusedConv,
/// MaxPool or AveragePool), one entry per spatial axis of `x` [N, C, ...].
/// `weight` is the shape of the second input, empty for pooling.
///
/// In ceil mode a window that would begin in the padding after the input is
/// dropped, as PyTorch and ONNX Runtime do.
///
/// Errors:
/// - kCorruptModel: attributes that contradict each other or the shapes, a
///   window larger than its padded input; names the node.
Result<std::vector<WindowAxis>> ResolveWindow(const Node& node,
                                              int opset,
                                              const Shape& x,
                                              const Shape& weight);

}  // namespace mien
