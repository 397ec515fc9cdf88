// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/cpu.h"
#include "image/resize.h"

namespace mien {

// The two inner loops of area resizing, each in a plain form and one for AVX2
// that gives the same bits.

/// Most input rows per window: 257 * 255 is the largest sum of 16 bits.
inline constexpr int kMaxAreaRows = 257;

/// Most input pixels per window: keeps 32-bit sums in the positive half.
inline constexpr std::int64_t kMaxAreaPixels = std::int64_t{1} << 23U;

/// Values that the loops may read, but not use, past the last sum.
inline constexpr std::size_t kAreaPadding = 4;

/// One output row: output x averages the `sizes[x]` columns from `begins[x]`
/// on, each holding the sums of `rows` input pixels.
struct AreaRow {
  const std::uint16_t* sums = nullptr;  ///< [columns, 3], then kAreaPadding
  const int* begins = nullptr;          ///< [width]
  const int* sizes = nullptr;           ///< [width], >= 1
  int rows = 1;                         ///< [1, kMaxAreaRows]
  int width = 0;
  float mean = 0.0F;
  float scale = 1.0F;
};

struct AreaKernels {
  /// sums[i] = sum over r in [0, rows) of pixels[r * stride + i], i < count.
  void (*sum_rows)(const std::uint8_t* pixels,
                   std::size_t stride,
                   int rows,
                   std::size_t count,
                   std::uint16_t* sums);

  /// red[x + c * plane_stride] = (average - mean) * scale.
  void (*average_row)(const AreaRow& row,
                      float* red,
                      std::ptrdiff_t plane_stride);
};

/// The plain loops.
AreaKernels PlainAreaKernels();

/// The fastest loops for `cpu`.
AreaKernels BestAreaKernels(const CpuFeatures& cpu);

}  // namespace mien
