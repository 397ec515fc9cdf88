// SPDX-License-Identifier: Apache-2.0
#include "train/executor/padding.h"

#include <algorithm>

#include "graph/opset.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

Shape ShapeOf(const Tensor& x) { return {x.sizes().begin(), x.sizes().end()}; }

/// Padding after the axis that its last window reaches into.
std::int64_t PadEnd(const WindowAxis& axis) {
  const std::int64_t reach =
      (axis.out - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1;
  return std::max<std::int64_t>(reach - axis.in - axis.pad_begin, 0);
}

}  // namespace

WindowPair ResolveWindow2d(const OpCall& call, const Tensor& weight) {
  if (call[0].dim() != 4) {
    throw TrainError("input " + ShapeText(ShapeOf(call[0])) +
                     "; is trained on [N, C, H, W] only");
  }
  const auto axes = ResolveWindow(call.node,
                                  kCanonicalOpset,
                                  ShapeOf(call[0]),
                                  weight.defined() ? ShapeOf(weight) : Shape{});
  if (!axes) {
    throw TrainError(axes.error().message);
  }
  return {(*axes)[0], (*axes)[1]};
}

Tensor PadPlanes(const Tensor& x, const WindowPair& window, double value) {
  return at::constant_pad_nd(x,
                             {window.x.pad_begin,
                              PadEnd(window.x),
                              window.y.pad_begin,
                              PadEnd(window.y)},
                             value);
}

}  // namespace mien::train
