// SPDX-License-Identifier: Apache-2.0
#include "train/executor/norm_rows.h"

#include <algorithm>

namespace mien::train {
namespace {

/// Adds x - origin and its square.
template <typename T>
[[gnu::always_inline]] inline void AddMoments(const T* __restrict x,
                                              const float* __restrict origin,
                                              float* __restrict sum,
                                              float* __restrict squares,
                                              std::int64_t rows,
                                              std::int64_t c) {
  for (std::int64_t row = 0; row < rows; ++row, x += c) {
    for (std::int64_t i = 0; i < c; ++i) {
      const float d = Load(x[i]) - origin[i];
      sum[i] += d;
      squares[i] += d * d;
    }
  }
}

template <typename T>
[[gnu::always_inline]] inline void Apply(const T* __restrict x,
                                         Affine affine,
                                         T* __restrict y,
                                         std::int64_t rows,
                                         std::int64_t c) {
  for (std::int64_t row = 0; row < rows; ++row, x += c, y += c) {
#pragma GCC ivdep  // nothing overlaps
    for (std::int64_t i = 0; i < c; ++i) {
      const float v = Load(x[i]) * affine.gain[i] + affine.offset[i];
      const float below_zero = affine.slope[i];
      Store(v * (v > 0.0F ? 1.0F : below_zero), y[i]);
    }
  }
}

template <typename T>
[[gnu::always_inline]] inline void AddGradients(const T* __restrict x,
                                                const T* __restrict gradient,
                                                Affine affine,
                                                const float* __restrict mean,
                                                GradientSums sums,
                                                std::int64_t rows,
                                                std::int64_t c) {
  for (std::int64_t row = 0; row < rows; ++row, x += c, gradient += c) {
#pragma GCC ivdep  // nothing overlaps
    for (std::int64_t i = 0; i < c; ++i) {
      const float value = Load(x[i]);
      const float v = value * affine.gain[i] + affine.offset[i];
      const float above = Load(gradient[i]);
      const float below_zero = affine.slope[i];
      const float g = above * (v > 0.0F ? 1.0F : below_zero);
      sums.g[i] += g;
      sums.g_times_x[i] += g * (value - mean[i]);
      sums.slope[i] += above * std::min(v, 0.0F);
    }
  }
}

template <typename T>
[[gnu::always_inline]] inline void ApplyGradient(const T* __restrict x,
                                                 const T* __restrict gradient,
                                                 Affine affine,
                                                 InputGradient input,
                                                 T* __restrict x_gradient,
                                                 std::int64_t rows,
                                                 std::int64_t c) {
  for (std::int64_t row = 0; row < rows;
       ++row, x += c, gradient += c, x_gradient += c) {
#pragma GCC ivdep  // nothing overlaps
    for (std::int64_t i = 0; i < c; ++i) {
      const float value = Load(x[i]);
      const float v = value * affine.gain[i] + affine.offset[i];
      const float below_zero = affine.slope[i];
      const float g = Load(gradient[i]) * (v > 0.0F ? 1.0F : below_zero);
      Store(g * affine.gain[i] + value * input.x_factor[i] + input.constant[i],
            x_gradient[i]);
    }
  }
}

}  // namespace

// One function for each element type, compiled for each instruction set.
#define MIEN_NORM_KERNELS(T)                                             \
  MIEN_TRAIN_CLONES void MomentRows(const T* x,                          \
                                    const float* origin,                 \
                                    float* sum,                          \
                                    float* squares,                      \
                                    std::int64_t n,                      \
                                    std::int64_t c) {                    \
    AddMoments(x, origin, sum, squares, n, c);                           \
  }                                                                      \
  MIEN_TRAIN_CLONES void ApplyRows(                                      \
      const T* x, Affine affine, T* y, std::int64_t n, std::int64_t c) { \
    Apply(x, affine, y, n, c);                                           \
  }                                                                      \
  MIEN_TRAIN_CLONES void GradientRows(const T* x,                        \
                                      const T* gradient,                 \
                                      Affine affine,                     \
                                      const float* mean,                 \
                                      GradientSums sums,                 \
                                      std::int64_t n,                    \
                                      std::int64_t c) {                  \
    AddGradients(x, gradient, affine, mean, sums, n, c);                 \
  }                                                                      \
  MIEN_TRAIN_CLONES void ApplyGradientRows(const T* x,                   \
                                           const T* gradient,            \
                                           Affine affine,                \
                                           InputGradient input,          \
                                           T* x_gradient,                \
                                           std::int64_t n,               \
                                           std::int64_t c) {             \
    ApplyGradient(x, gradient, affine, input, x_gradient, n, c);         \
  }

MIEN_NORM_KERNELS(float)
MIEN_NORM_KERNELS(BfloatBits)
#undef MIEN_NORM_KERNELS

}  // namespace mien::train
