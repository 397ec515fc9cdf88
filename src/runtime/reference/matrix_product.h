// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "runtime/reference/operands.h"

namespace mien::reference {

/// A matrix [rows, columns], row-major. With rounding to bfloat16 asked for,
/// its elements are rounded.
struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;
};

/// The 2-d input `i` of `op`, transposed if wanted.
///
/// Errors:
/// - kCorruptModel: not two axes.
enum class Orientation : std::uint8_t { kAsIs, kTransposed };
Result<Matrix> MatrixInput(const Operands& op,
                           std::size_t i,
                           Orientation orientation);

/// a [rows, k] times the transpose of b [columns, k], as rows x columns values.
std::vector<double> ProductWithTransposed(const Operands& op,
                                          const Matrix& a,
                                          const Matrix& b);

}  // namespace mien::reference
