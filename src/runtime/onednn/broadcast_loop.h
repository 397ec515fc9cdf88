// SPDX-License-Identifier: Apache-2.0
//
// Two operands of different extents combined element by element, as ONNX
// broadcasts them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "graph/tensor.h"

namespace mien::onednn {

/// Most axes that BroadcastLoop walks.
inline constexpr std::size_t kMaxBroadcastRank = 8;

/// Steps through a row-major result and, with strides that are 0 where an
/// operand repeats, through two row-major operands.
struct BroadcastLoop {
  std::size_t rank = 0;
  std::array<std::int64_t, kMaxBroadcastRank> extents = {};
  std::array<std::int64_t, kMaxBroadcastRank> strides_a = {};
  std::array<std::int64_t, kMaxBroadcastRank> strides_b = {};

  /// `result` has at most kMaxBroadcastRank axes and is the shape to which `a`
  /// and `b` broadcast.
  static BroadcastLoop Create(const Shape& result,
                              const Shape& a,
                              const Shape& b);

  /// result[i] = f(a[i], b[i]). Allocates nothing.
  template <typename F>
  void Run(const float* a, const float* b, float* result, F f) const;

 private:
  void Append(std::int64_t extent, std::int64_t a, std::int64_t b);
};

template <typename F>
void BroadcastLoop::Run(const float* a,
                        const float* b,
                        float* result,
                        F f) const {
  const std::size_t inner = rank - 1;
  const std::int64_t length = extents[inner];
  const std::int64_t step_a = strides_a[inner];
  const std::int64_t step_b = strides_b[inner];
  std::array<std::int64_t, kMaxBroadcastRank> index = {};
  while (true) {
    if (step_a == 1 && step_b == 1) {
      for (std::int64_t i = 0; i < length; ++i) result[i] = f(a[i], b[i]);
    } else if (step_a == 1 && step_b == 0) {
      const float fixed = *b;
      for (std::int64_t i = 0; i < length; ++i) result[i] = f(a[i], fixed);
    } else {
      for (std::int64_t i = 0; i < length; ++i) {
        result[i] = f(a[i * step_a], b[i * step_b]);
      }
    }
    result += length;
    std::size_t axis = inner;
    while (axis-- > 0) {
      a += strides_a[axis];
      b += strides_b[axis];
      if (++index[axis] < extents[axis]) {
        break;
      }
      index[axis] = 0;
      a -= strides_a[axis] * extents[axis];
      b -= strides_b[axis] * extents[axis];
    }
    if (axis == static_cast<std::size_t>(-1)) {
      return;
    }
  }
}

}  // namespace mien::onednn
