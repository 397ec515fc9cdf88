// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "graph/window.h"
#include "train/executor/torch_ops.h"

namespace mien::train {

/// The two axes of a window over planes.
struct WindowPair {
  WindowAxis y;
  WindowAxis x;

  [[nodiscard]] bool IsSymmetric() const {
    return y.pad_begin == y.pad_end && x.pad_begin == x.pad_end;
  }

  [[nodiscard]] std::array<std::int64_t, 2> Kernel() const {
    return {y.kernel, x.kernel};
  }

  [[nodiscard]] std::array<std::int64_t, 2> Strides() const {
    return {y.stride, x.stride};
  }

  [[nodiscard]] std::array<std::int64_t, 2> Dilations() const {
    return {y.dilation, x.dilation};
  }

  [[nodiscard]] std::array<std::int64_t, 2> PadsBegin() const {
    return {y.pad_begin, x.pad_begin};
  }
};

/// The window of a convolution or pooling over the planes of the call's first
/// input; `weight` is undefined for pooling. Throws TrainError for attributes
/// that contradict each other and for inputs that are not [N, C, H, W].
WindowPair ResolveWindow2d(const OpCall& call, const Tensor& weight);

/// `x` [N, C, H, W] with `value` around it so that the windows of `window` lie
/// inside, in ceil mode too.
Tensor PadPlanes(const Tensor& x, const WindowPair& window, double value);

}  // namespace mien::train
