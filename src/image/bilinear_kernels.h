// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/cpu.h"

namespace mien {

// The two inner loops of bilinear resizing, each in a plain form and one for
// AVX2 that gives the same bits.

/// Weights of two neighbours sum to 1 << kBilinearBits, as in OpenCV.
inline constexpr int kBilinearBits = 11;

/// The two inputs that an output lies between.
struct Neighbours {
  int first = 0;
  int second = 0;         ///< first + 1, or first at the border
  int second_weight = 0;  ///< of 1 << kBilinearBits; 0 at the border
};

/// Values that blend_columns() may write past its last.
inline constexpr std::size_t kBilinearPadding = 1;

struct BilinearKernels {
  /// One input row, [row.size() / 3, 3], blended to the output's columns,
  /// [columns, 3] and kBilinearPadding, times 1 << kBilinearBits.
  void (*blend_columns)(std::span<const std::uint8_t> row,
                        std::span<const Neighbours> columns,
                        int* out);

  /// Levels between two blended rows of `count` values.
  void (*blend_rows)(const int* first,
                     const int* second,
                     int second_weight,
                     std::size_t count,
                     std::uint8_t* out);
};

/// The plain loops.
BilinearKernels PlainBilinearKernels();

/// The fastest loops for `cpu`.
BilinearKernels BestBilinearKernels(const CpuFeatures& cpu);

}  // namespace mien
