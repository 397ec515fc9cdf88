// SPDX-License-Identifier: Apache-2.0
//
// The loops of batch norm and the activation behind it, over rows of channels,
// compiled for each instruction set.
#pragma once

#include <cstdint>

#include "train/executor/channel_rows.h"

namespace mien::train {

/// Per channel: y = act(x * gain + offset), where act multiplies what is below
/// zero by `slope` (1 for none, 0 for ReLU).
struct Affine {
  const float* gain;
  const float* offset;
  const float* slope;
};

/// Per channel: gradient of x = gain * g + x_factor * x + constant, where g is
/// the gradient before the activation.
struct InputGradient {
  const float* x_factor;
  const float* constant;
};

/// Sums over rows for the gradients: of g, of g * (x - origin), and for the
/// slopes of the gradient times the values below zero.
struct GradientSums {
  float* g;
  float* g_times_x;
  float* slope;
};

// One function for each element type. `x`, `y` and gradients are `n` rows of
// `c` elements; nothing overlaps.
#define MIEN_NORM_KERNELS(T)                                            \
  /** Adds x - origin and its square to sums of c elements. */          \
  void MomentRows(const T* x,                                           \
                  const float* origin,                                  \
                  float* sum,                                           \
                  float* squares,                                       \
                  std::int64_t n,                                       \
                  std::int64_t c);                                      \
  void ApplyRows(                                                       \
      const T* x, Affine affine, T* y, std::int64_t n, std::int64_t c); \
  /** Adds to `sums` what the rows contribute. */                       \
  void GradientRows(const T* x,                                         \
                    const T* gradient,                                  \
                    Affine affine,                                      \
                    const float* mean,                                  \
                    GradientSums sums,                                  \
                    std::int64_t n,                                     \
                    std::int64_t c);                                    \
  /** The gradient of x from that of y. */                              \
  void ApplyGradientRows(const T* x,                                    \
                         const T* gradient,                             \
                         Affine affine,                                 \
                         InputGradient input,                           \
                         T* x_gradient,                                 \
                         std::int64_t n,                                \
                         std::int64_t c);

MIEN_NORM_KERNELS(float)
MIEN_NORM_KERNELS(BfloatBits)
#undef MIEN_NORM_KERNELS

}  // namespace mien::train
